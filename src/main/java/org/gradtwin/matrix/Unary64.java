package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;

/**
 * An elementwise function y = f(x) in float64: its value and its gradient g·f'(x), each by ranges of elements. Unary32 is
 * made from this file by the execution "float32" in pom.xml.
 */
record Unary64(Values values, Gradients gradients) {
    /** f(x). */
    interface Value {
        double of(double x);
    }

    /** g·f'(x), where y = f(x) is at hand. */
    interface Gradient {
        double of(double g, double x, double y);
    }

    /** y = f(x) for a range of elements, in another array. */
    interface Values {
        void of(Kernels kernels, double[] x, double[] y, int from, int to);
    }

    /** share = g·f'(x) for a range of elements, where y = f(x) is at hand; the share may be g. */
    interface Gradients {
        void of(Kernels kernels, double[] g, double[] x, double[] y, double[] share, int from, int to);
    }

    Unary64(Value value, Gradient gradient) {
        this(
                (kernels, x, y, from, to) -> {
                    for (int i = from; i < to; i++) {
                        y[i] = value.of(x[i]);
                    }
                },
                gradient);
    }

    Unary64(Values values, Gradient gradient) {
        this(values, (kernels, g, x, y, share, from, to) -> {
            for (int i = from; i < to; i++) {
                share[i] = gradient.of(g[i], x[i], y[i]);
            }
        });
    }
}
