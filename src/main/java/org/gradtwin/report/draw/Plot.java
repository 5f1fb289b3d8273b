package org.gradtwin.report.draw;

import java.util.List;

/** A plot: a picture of numbers, of a fixed size. */
public interface Plot {
    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** The plot as a self-contained SVG document with selectable text; the same bytes for the same plot. */
    String toSvg();

    /**
     * Several plots in one document, from left to right.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Plot row(String title, List<? extends Plot> plots) {
        return new PlotRow(title, plots);
    }
}
