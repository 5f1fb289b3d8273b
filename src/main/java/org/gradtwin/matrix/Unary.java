package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.jspecify.annotations.Nullable;

/**
 * An elementwise function y = f(x) of one operand, declared once: its value and its gradient g·f'(x), in either
 * format. The float forms are float arithmetic throughout, not double arithmetic rounded at the end.
 */
record Unary(
        Value64 value,
        Gradient64 gradient,
        Value32 value32,
        Gradient32 gradient32,
        @Nullable Bulk64 bulk,
        @Nullable Bulk32 bulk32) {
    /** f(x). */
    interface Value64 {
        double of(double x);
    }

    /** g·f'(x), where y = f(x) is at hand. */
    interface Gradient64 {
        double of(double g, double x, double y);
    }

    /** f(x) in float32. */
    interface Value32 {
        float of(float x);
    }

    /** g·f'(x) in float32. */
    interface Gradient32 {
        float of(float g, float x, float y);
    }

    /** The values of a whole array, by a kernel. */
    interface Bulk64 {
        void of(Kernels kernels, double[] x, double[] y);
    }

    /** The same in float32. */
    interface Bulk32 {
        void of(Kernels kernels, float[] x, float[] y);
    }

    Unary(Value64 value, Gradient64 gradient, Value32 value32, Gradient32 gradient32) {
        this(value, gradient, value32, gradient32, null, null);
    }

    /** The same function, its values by a kernel. */
    Unary inBulk(Bulk64 bulk, Bulk32 bulk32) {
        return new Unary(value, gradient, value32, gradient32, bulk, bulk32);
    }

    /** A function whose value is one elementary function, rounded to float32. */
    static Unary elementary(Value64 value, Gradient64 gradient, Gradient32 gradient32) {
        return new Unary(value, gradient, x -> (float) value.of(x), gradient32);
    }

    Matrix apply(Matrix x) {
        Graph graph = x.graph();
        Storage y = graph.allocate(x.dims().size());
        values(graph.kernels(), x.data(), y);
        return graph.record(
                x.dims(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    gradients(gradient, x.data(), y, share);
                    x.receive(share);
                },
                x);
    }

    /** y = f(x) for whole arrays. */
    void values(Kernels kernels, Storage from, Storage to) {
        if (from instanceof Doubles source) {
            double[] x = source.array();
            double[] y = ((Doubles) to).array();
            if (bulk != null) {
                bulk.of(kernels, x, y);
                return;
            }
            for (int i = 0; i < x.length; i++) {
                y[i] = value.of(x[i]);
            }
        } else {
            float[] x = ((Floats) from).array();
            float[] y = ((Floats) to).array();
            if (bulk32 != null) {
                bulk32.of(kernels, x, y);
                return;
            }
            for (int i = 0; i < x.length; i++) {
                y[i] = value32.of(x[i]);
            }
        }
    }

    /** share = g·f'(x) for whole arrays; the share may be the gradient. */
    void gradients(Storage gradient, Storage from, Storage to, Storage share) {
        if (gradient instanceof Doubles source) {
            double[] g = source.array();
            double[] x = ((Doubles) from).array();
            double[] y = ((Doubles) to).array();
            double[] result = ((Doubles) share).array();
            for (int i = 0; i < g.length; i++) {
                result[i] = this.gradient.of(g[i], x[i], y[i]);
            }
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) from).array();
            float[] y = ((Floats) to).array();
            float[] result = ((Floats) share).array();
            for (int i = 0; i < g.length; i++) {
                result[i] = gradient32.of(g[i], x[i], y[i]);
            }
        }
    }
}
