package org.gradtwin.scalar;

/**
 * What the ops of a tape were computed from: the structure of the graph, without its numbers. An operand is a {@code long}: the
 * number of its cells among the {@link Sources} of the tape, 0 for the tape itself, then the index there.
 */
final class Operands {

    /** Stands for "no bias". */
    static final long NONE = Long.MIN_VALUE;

    /** Receives the operands of a cell, as runs of neighbouring cells. */
    interface Visitor {
        void accept(Cells cells, int from, int count);
    }

    private Operands() {}

    static long pack(int number, int index) {
        return (long) number << Integer.SIZE | index;
    }

    /** 0 for what lies on the tape itself. */
    static int number(long operand) {
        return (int) (operand >>> Integer.SIZE);
    }

    static int index(long operand) {
        return (int) operand;
    }

    /** Visits the operands of cell {@code i} in order; one that is used twice is visited twice. */
    static void visit(Tape tape, int i, Visitor visitor) {
        Op op = tape.op(i);
        long a = tape.first(i);
        long b = tape.second(i);
        int position = (int) a;
        int n = (int) b;
        switch (op) {
            case SUM -> some(tape, position, n, visitor);
            case DOT -> some(tape, position, 2 * n + 1, visitor);
            case DOT_RUN -> {
                run(tape, tape.list[position], n, visitor);
                run(tape, tape.list[position + 1], n, visitor);
                run(tape, tape.list[position + 2], 1, visitor);
            }
            default -> {
                run(tape, a, 1, visitor);
                if (op.isBinary()) {
                    run(tape, b, 1, visitor);
                }
            }
        }
    }

    private static void some(Tape tape, int position, int n, Visitor visitor) {
        for (int k = 0; k < n; k++) {
            run(tape, tape.list[position + k], 1, visitor);
        }
    }

    private static void run(Tape tape, long operand, int count, Visitor visitor) {
        if (operand != NONE) {
            visitor.accept(tape.cells(operand), index(operand), count);
        }
    }
}
