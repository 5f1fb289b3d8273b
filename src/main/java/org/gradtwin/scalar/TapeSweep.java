package org.gradtwin.scalar;

/**
 * The part of a {@link Sweep} that takes the time: the ops with one or two operands, over one tape. Sums, products and relus,
 * of which graphs consist mostly, have a loop of their own for a tape that refers to leaves only. It calls nothing that
 * the compiler would not inline, so that the columns stay at hand.
 */
final class TapeSweep {

    private static final int ADD = (int) Op.ADD.code();
    private static final int MULTIPLY = (int) Op.MULTIPLY.code();
    private static final int RELU = (int) Op.RELU.code();

    private TapeSweep() {}

    /** Passes gradients on from cell {@code from} down; gives the first cell that is not pending or has many operands. */
    static int run(Sweep sweep, Tape tape, int from) {
        boolean alone = tape.rank == 0;
        int i = alone ? runSimple(tape, from) : from;
        while (i >= 0 && tape.isPending(i) && !tape.op(i).isMany()) {
            pass(sweep, tape, i);
            i = alone ? runSimple(tape, i - 1) : i - 1;
        }
        return i;
    }

    private static int runSimple(Tape tape, int from) {
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
                found += give(mark, grad, sources, a, g);
                found += give(mark, grad, sources, b, g);
            } else if (op == MULTIPLY) {
                double toFirst = g * value(value, sources, b);
                double toSecond = g * value(value, sources, a);
                found += give(mark, grad, sources, a, toFirst);
                found += give(mark, grad, sources, b, toSecond);
            } else if (op == RELU) {
                found += give(mark, grad, sources, a, value[i] <= 0 ? 0 : g);
            } else {
                break;
            }
            mark[i] = Rows.PASSED;
        }
        tape.pending += found - (from - i);
        tape.passed += from - i;
        return i;
    }

    private static double value(double[] value, Cells[] sources, long operand) {
        int number = Operands.number(operand);
        double[] values = number == 0 ? value : sources[number].value;
        return values[Operands.index(operand)];
    }

    /** Adds to the gradient of an operand; gives how many cells of the tape are pending that were not. */
    private static int give(byte[] mark, double[] grad, Cells[] sources, long operand, double g) {
        int number = Operands.number(operand);
        int i = Operands.index(operand);
        if (number != 0) {
            ((Leaves) sources[number]).give(i, g);
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

    private static void pass(Sweep sweep, Tape tape, int i) {
        Op op = tape.op(i);
        tape.pass(i);
        double g = tape.grad[i];
        double z = tape.value[i];
        long a = tape.first(i);
        double x = tape.valueOf(a);
        if (op.isBinary()) {
            long b = tape.second(i);
            double y = tape.valueOf(b);
            sweep.give(tape, a, Binary.gradientOfFirst(op, g, x, y));
            sweep.give(tape, b, Binary.gradientOfSecond(op, g, x, y, z));
        } else {
            double p = tape.number(op, i, 0);
            double q = tape.number(op, i, 1);
            sweep.give(tape, a, Elementwise.gradient(op, g, x, z, p, q));
        }
    }
}
