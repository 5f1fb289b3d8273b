package org.gradtwin.report.draw;

/** Tells Java that plots need no display. It decides at the first colour or image, and never again. */
final class Headless {
    static {
        // Fonts are measured, no window is opened: a display that is announced but not there must not matter.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private Headless() {}

    /** Must be called before a class of AWT, or of JFreeChart, is initialized. */
    static void require() {}
}
