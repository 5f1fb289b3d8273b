package org.gradtwin.matrix;

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
        boolean bias = x.dims().rank() == 2
                && x.dims().rows() > 1
                && y.dims().rows() == 1
                && y.dims().columns() == x.dims().columns();
        return bias ? addRow(x, y) : ADD.apply(x, y);
    }

    private static Matrix addRow(Matrix x, Matrix row) {
        Graph graph = x.sameGraph("add", row);
        Dims dims = x.dims();
        Storage sum = graph.allocate(dims.size());
        graph.passes().addRow(sum, x.data(), row.data(), dims.rows(), dims.columns());
        return graph.record(
                dims,
                sum,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(gradient.length());
                        graph.passes().copy(share, gradient);
                        x.receive(share);
                    }
                    if (row.requiresGrad()) {
                        Storage share = graph.allocate(dims.columns());
                        graph.passes().sumRows(share, gradient, dims.rows(), dims.columns());
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
