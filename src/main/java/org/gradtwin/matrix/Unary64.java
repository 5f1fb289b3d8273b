package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise function y = f(x) in float64: its value and its gradient g·f'(x), by element and perhaps by kernels.
 * Unary32 is made from this file by the execution "float32" in pom.xml.
 */
record Unary64(
        Value value,
        Gradient gradient,
        @Nullable Values values,
        @Nullable Gradients gradients) {
    /** f(x). */
    interface Value {
        double of(double x);
    }

    /** g·f'(x), where y = f(x) is at hand. */
    interface Gradient {
        double of(double g, double x, double y);
    }

    /** y = f(x) for a range of elements. */
    interface Values {
        void of(Kernels kernels, double[] x, double[] y, int from, int to);
    }

    /** share = g·f'(x) for a range of elements, from y. */
    interface Gradients {
        void of(Kernels kernels, double[] g, double[] y, double[] share, int from, int to);
    }

    Unary64(Value value, Gradient gradient) {
        this(value, gradient, null, null);
    }

    void values(Kernels kernels, double[] x, double[] y, int from, int to) {
        if (values != null) {
            values.of(kernels, x, y, from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            y[i] = value.of(x[i]);
        }
    }

    void gradients(Kernels kernels, double[] g, double[] x, double[] y, double[] share, int from, int to) {
        if (gradients != null) {
            gradients.of(kernels, g, y, share, from, to);
            return;
        }
        for (int i = from; i < to; i++) {
            share[i] = gradient.of(g[i], x[i], y[i]);
        }
    }
}
