package org.gradtwin.scalar;

/**
 * The part of a {@link Sweep} that takes the time: the ops with one or two operands, over one tape. Sums, products and relus,
 * of which graphs consist mostly, have a loop of their own that calls nothing, so that the compiler can keep the columns
 * at hand.
 */
final class TapeSweep {

    private static final int ADD = (int) Op.ADD.code();
    private static final int MULTIPLY = (int) Op.MULTIPLY.code();
    private static final int RELU = (int) Op.RELU.code();

    private TapeSweep() {}

    /** Passes gradients on from cell {@code from} down; gives the first cell that is not pending or has many operands. */
    static int run(Sweep sweep, Tape tape, int from) {
        int i = runSimple(sweep, tape, from);
        while (i >= 0 && tape.isPending(i) && !tape.op(i).isMany()) {
            pass(sweep, tape, i);
            i = runSimple(sweep, tape, i - 1);
        }
        return i;
    }

    private static int runSimple(Sweep sweep, Tape tape, int from) {
        byte[] mark = tape.mark;
        long[] entries = tape.entries;
        double[] value = tape.value;
        double[] grad = tape.grad;
        Cells[] sources = tape.sources.array();
        int found = 0;
        int i = from;
        for (; i >= 0 && mark[i] == Rows.PENDING; i--) {
            long entry = entries[2 * i];
            int op = Rows.code(entry);
            long a = Rows.operand(entry);
            long b = entries[2 * i + 1];
            double g = grad[i];
            if (op == ADD) {
                found += give(sweep, mark, grad, sources, a, g);
                found += give(sweep, mark, grad, sources, b, g);
            } else if (op == MULTIPLY) {
                double toFirst = g * value(value, sources, b);
                double toSecond = g * value(value, sources, a);
                found += give(sweep, mark, grad, sources, a, toFirst);
                found += give(sweep, mark, grad, sources, b, toSecond);
            } else if (op == RELU) {
                found += give(sweep, mark, grad, sources, a, value[i] <= 0 ? 0 : g);
            } else {
                break;
            }
            mark[i] = Rows.PASSED;
        }
        tape.pending += found - (from - i);
        tape.passed += from - i;
        return i;
    }

    private static void pass(Sweep sweep, Tape tape, int i) {
        byte[] mark = tape.mark;
        double[] value = tape.value;
        double[] grad = tape.grad;
        Cells[] sources = tape.sources.array();
        Op op = tape.op(i);
        double g = grad[i];
        double z = value[i];
        long a = tape.first(i);
        double x = value(value, sources, a);
        int found = 0;
        if (op.isBinary()) {
            long b = tape.second(i);
            double y = value(value, sources, b);
            found += give(sweep, mark, grad, sources, a, Binary.gradientOfFirst(op, g, x, y));
            found += give(sweep, mark, grad, sources, b, Binary.gradientOfSecond(op, g, x, y, z));
        } else {
            double toX = Elementwise.gradient(op, g, x, z, tape.number(op, i, 0), tape.number(op, i, 1));
            found += give(sweep, mark, grad, sources, a, toX);
        }
        tape.pass(i);
        tape.pending += found;
    }

    private static double value(double[] value, Cells[] sources, long operand) {
        int number = Operands.number(operand);
        double[] values = number == 0 ? value : sources[number].value;
        return values[Operands.index(operand)];
    }

    /** Adds to the gradient of an operand; gives how many cells of this tape are pending that were not. */
    private static int give(Sweep sweep, byte[] mark, double[] grad, Cells[] sources, long operand, double g) {
        int number = Operands.number(operand);
        int i = Operands.index(operand);
        if (number != 0) {
            if (sources[number] instanceof Leaves leaves) {
                leaves.give(i, g);
            } else {
                sweep.give(sources[number], i, g);
            }
            return 0;
        }
        if (mark[i] == Rows.PENDING) {
            grad[i] += g;
            return 0;
        }
        mark[i] = Rows.PENDING;
        grad[i] = g;
        return 1;
    }
}
