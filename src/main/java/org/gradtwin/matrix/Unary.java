package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.matrix.kernel.RowSplit;
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
        @Nullable Bulk bulk) {
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

    /** The same for a range of elements, by kernels. */
    record Bulk(
            Values64 values,
            Values32 values32,
            @Nullable Gradients64 gradients,
            @Nullable Gradients32 gradients32) {
        Bulk(Values64 values, Values32 values32) {
            this(values, values32, null, null);
        }
    }

    /** y = f(x). */
    interface Values64 {
        void of(Kernels kernels, double[] x, double[] y, int from, int to);
    }

    /** y = f(x) in float32. */
    interface Values32 {
        void of(Kernels kernels, float[] x, float[] y, int from, int to);
    }

    /** share = g·f'(x) from y. */
    interface Gradients64 {
        void of(Kernels kernels, double[] g, double[] y, double[] share, int from, int to);
    }

    /** share = g·f'(x) from y in float32. */
    interface Gradients32 {
        void of(Kernels kernels, float[] g, float[] y, float[] share, int from, int to);
    }

    Unary(Value64 value, Gradient64 gradient, Value32 value32, Gradient32 gradient32) {
        this(value, gradient, value32, gradient32, null);
    }

    /** The same function by kernels. */
    Unary inBulk(Bulk bulk) {
        return new Unary(value, gradient, value32, gradient32, bulk);
    }

    /** A function whose value is one elementary function, rounded to float32. */
    static Unary elementary(Value64 value, Gradient64 gradient, Gradient32 gradient32) {
        return new Unary(value, gradient, x -> (float) value.of(x), gradient32);
    }

    Matrix apply(Matrix x) {
        Graph graph = x.graph();
        Storage y = graph.allocate(x.data().length());
        values(graph.kernels(), x.data(), y);
        return graph.record(
                x.shape(),
                y,
                gradient -> {
                    Storage share = graph.allocate(y.length());
                    gradients(graph.kernels(), gradient, x.data(), y, share);
                    x.receive(share);
                },
                x);
    }

    /** y = f(x) for whole arrays. */
    void values(Kernels kernels, Storage from, Storage to) {
        split(kernels, from, (first, last) -> values(kernels, from, to, first, last));
    }

    /** share = g·f'(x) for whole arrays; the share may be the gradient. */
    void gradients(Kernels kernels, Storage gradient, Storage from, Storage to, Storage share) {
        split(kernels, from, (first, last) -> gradients(kernels, gradient, from, to, share, first, last));
    }

    private static void split(Kernels kernels, Storage elements, RowSplit.Rows body) {
        kernels.split().runElements(elements.length(), RowSplit.ELEMENTARY, body);
    }

    private void values(Kernels kernels, Storage from, Storage to, int first, int last) {
        if (from instanceof Doubles source) {
            double[] x = source.array();
            double[] y = ((Doubles) to).array();
            if (bulk != null) {
                bulk.values.of(kernels, x, y, first, last);
                return;
            }
            for (int i = first; i < last; i++) {
                y[i] = value.of(x[i]);
            }
        } else {
            float[] x = ((Floats) from).array();
            float[] y = ((Floats) to).array();
            if (bulk != null) {
                bulk.values32.of(kernels, x, y, first, last);
                return;
            }
            for (int i = first; i < last; i++) {
                y[i] = value32.of(x[i]);
            }
        }
    }

    private void gradients(
            Kernels kernels, Storage gradient, Storage from, Storage to, Storage share, int first, int last) {
        if (gradient instanceof Doubles source) {
            double[] g = source.array();
            double[] x = ((Doubles) from).array();
            double[] y = ((Doubles) to).array();
            double[] result = ((Doubles) share).array();
            if (bulk != null && bulk.gradients != null) {
                bulk.gradients.of(kernels, g, y, result, first, last);
                return;
            }
            for (int i = first; i < last; i++) {
                result[i] = this.gradient.of(g[i], x[i], y[i]);
            }
        } else {
            float[] g = ((Floats) gradient).array();
            float[] x = ((Floats) from).array();
            float[] y = ((Floats) to).array();
            float[] result = ((Floats) share).array();
            if (bulk != null && bulk.gradients32 != null) {
                bulk.gradients32.of(kernels, g, y, result, first, last);
                return;
            }
            for (int i = first; i < last; i++) {
                result[i] = gradient32.of(g[i], x[i], y[i]);
            }
        }
    }
}
