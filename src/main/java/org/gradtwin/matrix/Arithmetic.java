package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;
import org.gradtwin.tensor.Shape;

/** The rows of the arithmetic ops, with PyTorch's formulas and conventions. */
final class Arithmetic {
    private static final Binary ADD = new Binary(
            "add",
            (x, y) -> x + y,
            (g, x, y, z) -> g,
            (g, x, y, z) -> g,
            (x, y) -> x + y,
            (g, x, y, z) -> g,
            (g, x, y, z) -> g);

    static final Binary SUB = new Binary(
            "sub",
            (x, y) -> x - y,
            (g, x, y, z) -> g,
            (g, x, y, z) -> -g,
            (x, y) -> x - y,
            (g, x, y, z) -> g,
            (g, x, y, z) -> -g);

    static final Binary MUL = new Binary(
            "mul",
            (x, y) -> x * y,
            (g, x, y, z) -> g * y,
            (g, x, y, z) -> g * x,
            (x, y) -> x * y,
            (g, x, y, z) -> g * y,
            (g, x, y, z) -> g * x);

    static final Binary DIV = new Binary(
            "div",
            (x, y) -> x / y,
            (g, x, y, z) -> g / y,
            (g, x, y, z) -> -g * (z / y),
            (x, y) -> x / y,
            (g, x, y, z) -> g / y,
            (g, x, y, z) -> -g * (z / y));

    /** Ties split ½ ½; beside a NaN both operands get the whole gradient. */
    static final Binary MAXIMUM = new Binary(
            "maximum",
            Math::max,
            (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g,
            (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g,
            Math::max,
            (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g,
            (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g);

    /** Ties split ½ ½; beside a NaN both operands get the whole gradient. */
    static final Binary MINIMUM = new Binary(
            "minimum",
            Math::min,
            (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g,
            (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g,
            Math::min,
            (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g,
            (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g);

    /** x ** y; the derivative for x is 0 where y = 0, the one for y is 0 where x = 0 and y ≥ 0. */
    static final Binary POW = new Binary(
            "pow",
            Elementary::pow,
            (g, x, y, z) -> y == 0 ? 0 : g * (y * Elementary.pow(x, y - 1)),
            (g, x, y, z) -> g * (x == 0 && y >= 0 ? 0 : z * Math.log(x)),
            (x, y) -> (float) Elementary.pow(x, y),
            (g, x, y, z) -> y == 0 ? 0 : g * (y * (float) Elementary.pow(x, y - 1)),
            (g, x, y, z) -> g * (x == 0 && y >= 0 ? 0 : z * (float) Math.log(x)));

    static final Unary NEG = new Unary(x -> -x, (g, x, y) -> -g, x -> -x, (g, x, y) -> -g);

    static final Unary SQUARE = new Unary(x -> x * x, (g, x, y) -> g * (2 * x), x -> x * x, (g, x, y) -> g * (2 * x));

    static final Unary RECIPROCAL =
            new Unary(x -> 1 / x, (g, x, y) -> -g * (y * y), x -> 1 / x, (g, x, y) -> -g * (y * y));

    private Arithmetic() {}

    /** x + y. A row that is added to a batch, as biases are, takes no detour by way of its stretched gradient. */
    static Matrix add(Matrix x, Matrix y) {
        Shape shape = Shape.broadcast(x.shape(), y.shape());
        Strides strides = Binary.strides(x, y, shape);
        return strides.isRowUnderBatch()
                ? addRow(x, y, shape, strides.rows, strides.columns)
                : ADD.apply(x, y, shape, strides);
    }

    private static Matrix addRow(Matrix x, Matrix row, Shape shape, int rows, int columns) {
        Graph graph = x.sameGraph("add", row);
        Storage sum = graph.allocate(shape.size());
        graph.passes().addRow(sum, x.data(), row.data(), rows, columns);
        return graph.record(
                shape,
                sum,
                gradient -> {
                    if (x.requiresGrad()) {
                        x.receive(graph.copy(gradient));
                    }
                    if (row.requiresGrad()) {
                        Storage share = graph.allocate(columns);
                        graph.passes().sumRows(share, gradient, rows, columns);
                        row.receive(share);
                    }
                },
                x,
                row);
    }

    /**
     * x ** n for a number n: g·(n·x^(n−1)), and 0 for n = 0. PyTorch computes some powers without pow (√x, x·x,
     * x·x·x, their reciprocals), which decides the sign of zeros and infinities.
     */
    static Unary pow(double exponent) {
        float exponent32 = (float) exponent;
        return new Unary(
                x -> power(x, exponent),
                (g, x, y) -> exponent == 0 ? 0 : g * (exponent * power(x, exponent - 1)),
                x -> power32(x, exponent32),
                (g, x, y) -> exponent == 0 ? 0 : g * (exponent32 * power32(x, (float) (exponent - 1))));
    }

    private static double power(double x, double exponent) {
        if (exponent == 0.5) {
            return Math.sqrt(x);
        } else if (exponent == -0.5) {
            return 1 / Math.sqrt(x);
        } else if (exponent == 2) {
            return x * x;
        } else if (exponent == 3) {
            return x * x * x;
        } else if (exponent == -2) {
            return 1 / (x * x);
        }
        return Elementary.pow(x, exponent);
    }

    private static float power32(float x, float exponent) {
        if (exponent == 0.5f) {
            return (float) Math.sqrt(x);
        } else if (exponent == -0.5f) {
            return 1 / (float) Math.sqrt(x);
        } else if (exponent == 2) {
            return x * x;
        } else if (exponent == 3) {
            return x * x * x;
        } else if (exponent == -2) {
            return 1 / (x * x);
        }
        return (float) Elementary.pow(x, exponent);
    }
}
