package org.gradtwin.cli;

import org.gradtwin.matrix.kernel.Kernels;

/**
 * Loads the module of the Vector API into the running Java. {@code --add-modules} does it too, but then Java writes a warning
 * to standard error that nothing turns off.
 */
final class VectorModule {
    private VectorModule() {}

    /**
     * Loads the module, unless it is there or plain kernels are asked for. The way is Java's own for modules that are wanted
     * late, and open to us only where the jar is the program ({@code Add-Exports} in its manifest): elsewhere, and in a Java
     * without it, the kernels stay plain.
     */
    static void load() {
        if (Kernels.vectorIsPresent() || "plain".equals(System.getProperty(Kernels.PROPERTY))) {
            return;
        }
        try {
            Class.forName("jdk.internal.module.Modules")
                    .getMethod("loadModule", String.class)
                    .invoke(null, Kernels.VECTOR_MODULE);
        } catch (ReflectiveOperationException e) {
            // Plain kernels are slower, and as right.
        }
    }
}
