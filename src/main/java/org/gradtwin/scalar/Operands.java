package org.gradtwin.scalar;

/** What the ops of a tape were computed from: the structure of the graph, without its numbers. */
final class Operands {

    /** Stands for "no bias". */
    static final int NONE = Integer.MIN_VALUE;

    /** Receives the operands of a cell, as runs of neighbouring cells. */
    interface Visitor {
        void accept(Cells cells, int from, int count);
    }

    private Operands() {}

    /** Visits the operands of cell {@code i} in order; one that is used twice is visited twice. */
    static void visit(Tape tape, int i, Visitor visitor) {
        Op op = Op.of(tape.code[i]);
        int a = tape.first[i];
        int b = tape.second[i];
        switch (op) {
            case SUM -> {
                for (int k = 0; k < b; k++) {
                    one(tape, tape.list[a + k], visitor);
                }
            }
            case DOT -> {
                for (int k = 0; k < 2 * b; k++) {
                    one(tape, tape.list[a + k], visitor);
                }
                one(tape, tape.list[a + 2 * b], visitor);
            }
            case DOT_RUN -> {
                run(tape, tape.list[a], b, visitor);
                run(tape, tape.list[a + 1], b, visitor);
                one(tape, tape.list[a + 2], visitor);
            }
            default -> {
                one(tape, a, visitor);
                if (op.isBinary()) {
                    one(tape, b, visitor);
                }
            }
        }
    }

    private static void one(Tape tape, int reference, Visitor visitor) {
        if (reference != NONE) {
            run(tape, reference, 1, visitor);
        }
    }

    private static void run(Tape tape, int reference, int count, Visitor visitor) {
        visitor.accept(tape.cells(reference), tape.index(reference), count);
    }
}
