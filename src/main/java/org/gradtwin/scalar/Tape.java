package org.gradtwin.scalar;

/**
 * A recording of operations in creation order, in primitive arrays.
 *
 * <p>Without being asked for, every thread records on a tape of its own. It is replaced by a fresh one after each
 * backward pass, and a tape is garbage as soon as no node refers to it; so a training loop that knows nothing of tapes
 * does not leak. Nor does a loop that only evaluates, though it is better off with {@link NoGrad}: a tape that grows far beyond
 * the graphs so far is left for a fresh one, too, and a graph may extend over both. Until then the inputs stay as well.
 *
 * <p>An explicit tape, {@code try (Tape tape = Tape.open())}, is kept and reused: {@link #rewind()} discards the
 * nodes and keeps the memory. Nodes that were discarded throw when they are used. Leaves live outside of tapes and are
 * never discarded.
 *
 * <p>A tape belongs to one thread at a time. Leaves may be shared between threads as long as only one of them runs
 * backward at a time.
 */
public final class Tape extends Rows implements AutoCloseable {

    /** A position on a tape to {@linkplain #rewind(Mark) rewind} to. */
    public static final class Mark {
        private final Tape tape;
        private final int nodes;
        private final int lists;
        private final int sources;

        private Mark(Tape tape) {
            this.tape = tape;
            this.nodes = tape.size;
            this.lists = tape.listSize;
            this.sources = tape.sources.size();
        }
    }

    /** Above the rank of every tape that this one refers to. */
    int rank;

    /** Whether the user rewinds this tape; otherwise it is left for a fresh one after backward. */
    boolean managed;

    boolean sealed;
    private boolean closed;
    private final Rewinds rewinds = new Rewinds();

    /** An empty tape; the first operation makes room for {@code firstCapacity} of them. */
    Tape(Recorder recorder, int firstCapacity) {
        super(recorder, firstCapacity);
    }

    /**
     * Opens a tape on which this thread records until it is closed. Closing discards what was recorded and returns to the
     * tape before.
     */
    public static Tape open() {
        Recorder recorder = Recorder.current();
        Tape tape = new Tape(recorder, SMALLEST);
        tape.managed = true;
        recorder.open(tape);
        return tape;
    }

    /** The tape on which this thread records now. Unless it was opened or {@linkplain #mark() marked}, recording and backward may replace it. */
    public static Tape current() {
        return Recorder.current().tape();
    }

    /** The number of operations recorded. */
    public int size() {
        return size;
    }

    /** The current position. A tape that has been asked for a mark is kept after backward, for it to be rewound. */
    public Mark mark() {
        managed = true;
        return new Mark(this);
    }

    /**
     * Discards every node recorded since {@code mark}; their handles throw from now on. The memory is reused.
     *
     * @throws IllegalArgumentException if the tape is already shorter, or the mark is another tape's
     */
    public void rewind(Mark mark) {
        if (mark.tape != this || mark.nodes > size) {
            throw new IllegalArgumentException("rewind to node " + mark.nodes
                    + (mark.tape == this ? " of a tape that holds " + size + " nodes" : " of another tape"));
        }
        rewind(mark.nodes, mark.lists, mark.sources);
    }

    /** Discards every node. */
    public void rewind() {
        rewind(0, 0, 1);
    }

    private void rewind(int nodes, int lists, int numbers) {
        recorder.forEachTape(tape -> {
            if (tape != this && tape.sources.contains(this)) {
                throw new IllegalStateException("rewind of a tape to which a later one refers: close that one first");
            }
        });
        managed = true;
        rewinds.add(nodes);
        generation = rewinds.count();
        shrink(nodes, lists, numbers);
        if (nodes == 0) {
            passed = 0;
            rank = 0;
        }
    }

    /** Discards every node and returns to the tape that was current before this one was opened. */
    @Override
    public void close() {
        if (!closed) {
            Recorder.current().close(this);
            closed = true;
            sealed = true;
            rewind();
        }
    }

    @Override
    boolean isLeftInsteadOfHolding(long capacity) {
        return !managed && !sealed && recorder.leaveIfMoreThanEnough(this, capacity);
    }

    @Override
    void checkAlive(int index, int earlier) {
        if (earlier != generation && index >= rewinds.lowestSince(earlier)) {
            throw new IllegalStateException(
                    "this node was discarded when its tape was rewound: read what is needed before rewinding");
        }
    }

    /** A cell as an operand of what is recorded here. */
    long operand(Cells cells, int index) {
        if (cells == this) {
            return index; // its number is 0
        }
        int number = cells.number;
        return Operands.pack(sources.isNumber(number, cells) ? number : refer(cells), index);
    }

    private int refer(Cells cells) {
        if (cells instanceof Tape other) {
            if (!other.sealed && other.recorder != recorder) {
                throw new IllegalStateException("the operand belongs to the unfinished graph of thread "
                        + other.recorder.thread.getName() + ": only leaves are shared between threads");
            }
            rank = Math.max(rank, other.rank + 1);
        }
        return sources.add(cells);
    }
}
