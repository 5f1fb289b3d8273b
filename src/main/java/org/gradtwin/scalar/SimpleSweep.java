package org.gradtwin.scalar;

/**
 * The part of a sweep that graphs consist of mostly: sums, products and relus of cells of one tape and leaves. It calls nothing, so
 * the compiler can keep the columns at hand; whatever else comes up is left to {@link Sweep}.
 */
final class SimpleSweep {

    private static final int ADD = Op.ADD.code() | Rows.PENDING;
    private static final int MULTIPLY = Op.MULTIPLY.code() | Rows.PENDING;

    private static final int RELU = Op.RELU.code() | Rows.PENDING;

    private SimpleSweep() {}

    /** Sweeps from cell {@code i} down; gives the first cell that it does not deal with. */
    static int run(Tape tape, int from) {
        byte[] code = tape.code;
        long[] first = tape.first;
        long[] second = tape.second;
        double[] value = tape.value;
        double[] grad = tape.grad;
        Cells[] sources = tape.sources.array();
        int found = 0;
        int i = from;
        for (; i >= 0; i--) {
            int op = code[i];
            if (op != ADD && op != MULTIPLY && op != RELU) {
                break;
            }
            code[i] = (byte) (op ^ Rows.PENDING ^ Rows.PASSED);
            long a = first[i];
            long b = second[i];
            double g = grad[i];
            if (op == ADD) {
                found += give(code, grad, sources, a, g);
                found += give(code, grad, sources, b, g);
            } else if (op == RELU) {
                found += give(code, grad, sources, a, value[i] <= 0 ? 0 : g);
            } else {
                double toFirst = g * value(value, sources, b);
                double toSecond = g * value(value, sources, a);
                found += give(code, grad, sources, a, toFirst);
                found += give(code, grad, sources, b, toSecond);
            }
        }
        tape.pending += found - (from - i);
        tape.passed += from - i;
        return i;
    }

    private static double value(double[] value, Cells[] sources, long operand) {
        double[] values = operand >= 0 ? value : sources[Operands.number(operand)].value;
        return values[Operands.index(operand)];
    }

    /** Adds to the gradient of an operand; gives how many cells are pending that were not. */
    private static int give(byte[] code, double[] grad, Cells[] sources, long operand, double g) {
        int i = Operands.index(operand);
        if (operand < 0) {
            if (sources[Operands.number(operand)] instanceof Leaves leaves) {
                leaves.give(i, g);
            }
            return 0;
        }
        int before = code[i];
        if ((before & Rows.PENDING) != 0) {
            grad[i] += g;
            return 0;
        }
        code[i] = (byte) (before | Rows.PENDING);
        grad[i] = g;
        return 1;
    }
}
