package org.gradtwin.matrix;

import org.gradtwin.tensor.Shape;

/** The arithmetic ops in either format. */
final class Arithmetic {
    private static final Binary ADD = new Binary("add", Arithmetic64.ADD, Arithmetic32.ADD);
    static final Binary SUB = new Binary("sub", Arithmetic64.SUB, Arithmetic32.SUB);
    static final Binary MUL = new Binary("mul", Arithmetic64.MUL, Arithmetic32.MUL);
    static final Binary DIV = new Binary("div", Arithmetic64.DIV, Arithmetic32.DIV);
    static final Binary MAXIMUM = new Binary("maximum", Arithmetic64.MAXIMUM, Arithmetic32.MAXIMUM);
    static final Binary MINIMUM = new Binary("minimum", Arithmetic64.MINIMUM, Arithmetic32.MINIMUM);
    static final Binary POW = new Binary("pow", Arithmetic64.POW, Arithmetic32.POW);
    static final Unary NEG = new Unary(Arithmetic64.NEG, Arithmetic32.NEG);
    static final Unary SQUARE = new Unary(Arithmetic64.SQUARE, Arithmetic32.SQUARE);
    static final Unary RECIPROCAL = new Unary(Arithmetic64.RECIPROCAL, Arithmetic32.RECIPROCAL);

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

    /** x ** n for a number n. */
    static Unary pow(double exponent) {
        return new Unary(Arithmetic64.pow(exponent, exponent - 1), Arithmetic32.pow(exponent, exponent - 1));
    }
}
