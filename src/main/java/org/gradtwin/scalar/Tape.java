package org.gradtwin.scalar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A recording of operations in creation order, in primitive arrays: 26 bytes for an operation.
 *
 * <p>Without being asked for, every thread records on a tape of its own. It is replaced by a fresh one after each
 * backward pass, and a tape is garbage as soon as no node refers to it; so a training loop that knows nothing of tapes
 * does not leak. A loop that only ever evaluates should say {@link NoGrad}: what is recorded and never sent backward
 * stays on the thread's tape.
 *
 * <p>An explicit tape, {@code try (Tape tape = Tape.open())}, is kept and reused: {@link #rewind()} discards the
 * nodes and keeps the memory. Nodes that were discarded throw when they are used. Leaves live outside of tapes and are
 * never discarded.
 *
 * <p>A tape belongs to one thread at a time. Leaves may be shared between threads as long as only one of them runs
 * backward at a time.
 */
public final class Tape extends Cells implements AutoCloseable {

    /** No backward pass has arrived. */
    static final byte NEW = 0;
    /** Has a gradient to pass on. */
    static final byte PENDING = 1;
    /** Has passed its gradient on. */
    static final byte PASSED = 2;

    private static final int SMALLEST = 16;

    /** A position on a tape to {@linkplain #rewind(Mark) rewind} to. */
    public static final class Mark {
        private final Tape tape;
        private final int nodes;
        private final int foreign;
        private final int foreignCells;
        private final int lists;
        private final int numbers;

        private Mark(Tape tape) {
            this.tape = tape;
            this.nodes = tape.size;
            this.foreign = tape.foreign.size();
            this.foreignCells = tape.foreign.distinct();
            this.lists = tape.listSize;
            this.numbers = tape.numberSize;
        }
    }

    /** Operand columns: an index on this tape, or the complement of an index into the foreign table. */
    int[] first;

    int[] second;
    byte[] code;
    int size;

    /** Operands on other tapes and leaves. */
    final Foreign foreign;

    /** Operands of ops with many of them. */
    int[] list = new int[4];

    private int listSize;

    /** Numbers that ops take besides operands. */
    double[] number = new double[4];

    private int numberSize;

    /** Where each cell is in its life: {@link #NEW}, {@link #PENDING} or {@link #PASSED}. */
    byte[] state;
    /** The pending cells lie between these; nothing is pending if there is nothing between them. */
    int lowest = Integer.MAX_VALUE;

    int highest = -1;

    /** Whether any cell has passed its gradient. */
    boolean anyPassed;
    /** Above the rank of every tape that this one refers to. */
    int rank;

    /** The thread that records here now, if any. */
    @Nullable
    Thread recordingThread;

    /** The thread that records here when its turn comes. */
    final Thread owner = Thread.currentThread();

    /** Whether the user rewinds this tape; otherwise it is left for a fresh one after backward. */
    boolean managed;

    boolean sealed;
    private boolean closed;
    private final Rewinds rewinds = new Rewinds();
    private final Mark start;
    private final int firstCapacity;

    /** An empty tape; the first operation makes room for {@code firstCapacity} of them, the first foreign operand likewise. */
    Tape(int firstCapacity, int firstForeign) {
        super(new double[0], new double[0], true);
        this.foreign = new Foreign(firstForeign);
        this.firstCapacity = firstCapacity;
        first = new int[0];
        second = new int[0];
        code = new byte[0];
        state = new byte[0];
        start = new Mark(this);
    }

    /**
     * Opens a tape on which this thread records until it is closed. Closing discards what was recorded and returns to the
     * tape before.
     */
    public static Tape open() {
        Tape tape = new Tape(SMALLEST, 0);
        tape.managed = true;
        Recorder.current().open(tape);
        return tape;
    }

    /** The tape on which this thread records. */
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
        managed = true;
        rewinds.add(mark.nodes);
        generation = rewinds.count();
        size = mark.nodes;
        foreign.shrink(mark.foreign, mark.foreignCells);
        listSize = mark.lists;
        numberSize = mark.numbers;
        if (size == 0) {
            anyPassed = false;
            rank = 0;
        }
    }

    /** Discards every node. */
    public void rewind() {
        rewind(start);
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
    boolean reached(int index) {
        return state[index] == PASSED;
    }

    @Override
    void zeroGrad(int from, int count) {
        Arrays.fill(grad, from, from + count, 0);
    }

    @Override
    void checkAlive(int index, int earlier) {
        if (earlier != generation && index >= rewinds.lowestSince(earlier)) {
            throw new IllegalStateException(
                    "this node was discarded when its tape was rewound: read what is needed before rewinding");
        }
    }

    /** An operand's reference: from this tape the index itself, from elsewhere a new row of the foreign table. */
    int reference(Cells cells, int index) {
        if (cells == this) {
            return index;
        }
        if (cells instanceof Tape other) {
            if (!other.sealed && other.owner != owner) {
                throw new IllegalStateException("the operand belongs to the unfinished graph of thread "
                        + other.owner.getName() + ": only leaves are shared between threads");
            }
            rank = Math.max(rank, other.rank + 1);
        }
        return ~foreign.add(cells, index);
    }

    /** Marks cells as pending. */
    void expect(int from, int count) {
        Arrays.fill(state, from, from + count, PENDING);
        lowest = Math.min(lowest, from);
        highest = Math.max(highest, from + count - 1);
    }

    /** After a sweep: nothing is pending. */
    void expectNothing() {
        lowest = Integer.MAX_VALUE;
        highest = -1;
    }

    Cells cells(int reference) {
        return reference >= 0 ? this : foreign.cells(~reference);
    }

    int index(int reference) {
        return reference >= 0 ? reference : foreign.index(~reference);
    }

    double valueOf(int reference) {
        return reference >= 0 ? value[reference] : foreign.value(~reference);
    }

    /** Records an op with one operand and up to two numbers; gives the index of the result. */
    int record(Op op, int operand, double y, double p, double q) {
        int numbers = numberSize;
        if (op.numbers > 0) {
            if (numberSize + 2 > number.length) {
                number = Arrays.copyOf(number, grown(numberSize));
            }
            number[numberSize++] = p;
            if (op.numbers > 1) {
                number[numberSize++] = q;
            }
        }
        return record(op, operand, numbers, y);
    }

    /** Records an op on one cell; gives the index of the result. */
    int recordUnary(Op op, Cells x, int xIndex, double y, double p, double q) {
        return record(op, reference(x, xIndex), y, p, q);
    }

    /** Records an op on two cells; gives the index of the result. */
    int recordBinary(Op op, Cells x, int xIndex, Cells y, int yIndex, double z) {
        int a = reference(x, xIndex);
        return record(op, a, reference(y, yIndex), z);
    }

    /** Records an op by its two columns; gives the index of the result. */
    int record(Op op, int a, int b, double y) {
        int i = size;
        if (i == value.length) {
            grow();
        }
        value[i] = y;
        grad[i] = 0;
        first[i] = a;
        second[i] = b;
        code[i] = op.code();
        state[i] = NEW;
        size = i + 1;
        return i;
    }

    /** Appends to the side table; gives the position. */
    int append(int... entries) {
        int position = listSize;
        if (position + entries.length > list.length) {
            list = Arrays.copyOf(list, Math.max(grown(position), position + entries.length));
        }
        System.arraycopy(entries, 0, list, position, entries.length);
        listSize = position + entries.length;
        return position;
    }

    private void grow() {
        int capacity = size == 0 ? firstCapacity : grown(size);
        value = Arrays.copyOf(value, capacity);
        grad = Arrays.copyOf(grad, capacity);
        first = Arrays.copyOf(first, capacity);
        second = Arrays.copyOf(second, capacity);
        code = Arrays.copyOf(code, capacity);
        state = Arrays.copyOf(state, capacity);
    }

    /** Twice as much: everything is copied once on average. */
    static int grown(int size) {
        int largest = Integer.MAX_VALUE - 64;
        if (size == largest) {
            throw new OutOfMemoryError("a tape holds at most " + largest + " entries");
        }
        return size > largest / 2 ? largest : Math.max(SMALLEST, 2 * size);
    }
}
