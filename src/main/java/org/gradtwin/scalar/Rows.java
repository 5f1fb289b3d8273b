package org.gradtwin.scalar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The operations of a tape in columns, in order of creation: 24 bytes for each, and 9 more from the first backward pass
 * on.
 */
abstract sealed class Rows extends Cells permits Tape {

    /** A mark: the cell has a gradient to pass on. */
    static final byte PENDING = 1;
    /** A mark: the cell has passed its gradient on. */
    static final byte PASSED = 2;

    /** Where the code of the op begins in the first operand. */
    static final int CODE = 58;

    private static final long OPERAND = (1L << CODE) - 1;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ALL_PENDING = 0x0101010101010101L;

    static final int SMALLEST = 16;
    private static final int LARGEST = Integer.MAX_VALUE - 63;
    static final int MOST_ROWS = LARGEST / 2;

    private static final byte[] NO_BYTES = {};
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};

    /**
     * Two entries a row. The first: the code of the op, and the first operand as {@link Operands} packs it or, for an op with
     * many, where in the side table they start. The second: the second operand or what an op takes instead of one, its
     * number, where its numbers start, how many operands there are.
     */
    long[] entries = NO_LONGS;
    /** Where rows are in a backward pass; rows beyond the end have no mark yet. */
    byte[] mark = NO_BYTES;

    int size;

    /** Many operands of one op, or several numbers. */
    long[] list = NO_LONGS;

    int listSize;

    /** Where operands lie. */
    final Sources sources = new Sources(this);

    /** How many cells are pending, and the highest of them. */
    int pending;

    int highest = -1;

    /** How many cells have passed their gradient on. */
    int passed;

    private final int firstCapacity;

    /** No rows; the first makes room for {@code firstCapacity} of them. */
    Rows(Recorder recorder, int firstCapacity) {
        super(recorder, NO_DOUBLES, NO_DOUBLES, true);
        this.firstCapacity = firstCapacity;
    }

    @Override
    double grad(int index) {
        return reached(index) ? grad[index] : 0;
    }

    @Override
    boolean reached(int index) {
        return index < mark.length && mark[index] == PASSED;
    }

    @Override
    void zeroGrad(int from, int count) {
        for (int i = from; i < from + count; i++) {
            if (reached(i)) {
                grad[i] = 0;
            }
        }
    }

    /** Makes room for the gradients of all cells. */
    final void makeGrads() {
        if (mark.length < size) {
            // Most tapes are sent backward once.
            int length = mark.length == 0 ? size : value.length;
            grad = Arrays.copyOf(grad, length);
            mark = Arrays.copyOf(mark, length);
        }
    }

    final boolean isPending(int index) {
        return mark[index] == PENDING;
    }

    /** Marks cells as pending; where they were not, their gradient is 0 now. */
    final void expect(int from, int count) {
        int end = from + count;
        int i = from;
        while (i < end) {
            if (i + Long.BYTES <= end && pendingOfEight(i) == ALL_PENDING) {
                i += Long.BYTES;
            } else {
                if (!isPending(i)) {
                    mark[i] = PENDING;
                    grad[i] = 0;
                    pending++;
                }
                i++;
            }
        }
        highest = Math.max(highest, end - 1);
    }

    /** The highest pending cell from {@code top} down; there must be one. */
    final int highestPending(int top) {
        int i = top;
        while (!isPending(i)) {
            boolean none = i >= Long.BYTES && pendingOfEight(i - Long.BYTES) == 0;
            i -= none ? Long.BYTES + 1 : 1;
        }
        return i;
    }

    /** The marks of eight cells at once, a byte each. */
    private long pendingOfEight(int from) {
        return (long) EIGHT.get(mark, from) & ALL_PENDING;
    }

    /** Adds to the gradient of a cell, which is pending then. */
    final void give(int index, double g) {
        if (isPending(index)) {
            grad[index] += g;
        } else {
            expect(index, 1);
            grad[index] = g;
        }
    }

    /** A pending cell has passed its gradient on. */
    final void pass(int index) {
        mark[index] = PASSED;
        pending--;
        passed++;
    }

    /** The code of an op, from the first entry of its row. */
    static int code(long entry) {
        return (int) (entry >>> CODE);
    }

    /** The operand, from the first entry of a row. */
    static long operand(long entry) {
        return entry & OPERAND;
    }

    final Op op(int index) {
        return Op.of(code(entries[2 * index]));
    }

    final long first(int index) {
        return operand(entries[2 * index]);
    }

    final long second(int index) {
        return entries[2 * index + 1];
    }

    final Cells cells(long operand) {
        return sources.get(Operands.number(operand));
    }

    final double valueOf(long operand) {
        return cells(operand).value[Operands.index(operand)];
    }

    /** Number {@code k} of the op of row {@code i}; 0 if it takes fewer. */
    final double number(Op op, int i, int k) {
        if (k >= op.numbers) {
            return 0;
        }
        long bits = op.numbers == 1 ? second(i) : list[(int) second(i) + k];
        return Double.longBitsToDouble(bits);
    }

    /** Adds a row; gives the index of the result. */
    final int record(Op op, long a, long b, double y) {
        int i = size;
        if (i == value.length) {
            grow();
        }
        value[i] = y;
        entries[2 * i] = op.code() << CODE | a;
        entries[2 * i + 1] = b;
        size = i + 1;
        return i;
    }

    /** Appends to the side table; gives the position. */
    final int append(long... numbers) {
        int position = listSize;
        if (position + numbers.length > list.length) {
            int capacity = Math.max(grown(position, LARGEST), position + numbers.length);
            boolean last = isLeftInsteadOfHolding(capacity);
            list = Arrays.copyOf(list, last ? position + numbers.length : capacity);
        }
        System.arraycopy(numbers, 0, list, position, numbers.length);
        listSize = position + numbers.length;
        return position;
    }

    /** Discards rows, and of the tables what they needed. */
    final void shrink(int rows, int lists, int numbers) {
        if (rows < mark.length) {
            Arrays.fill(mark, rows, Math.min(size, mark.length), (byte) 0);
        }
        size = rows;
        listSize = lists;
        sources.shrink(numbers);
    }

    private void grow() {
        int capacity = size == 0 ? firstCapacity : grown(size, MOST_ROWS);
        if (isLeftInsteadOfHolding(2L * capacity)) {
            capacity = Math.min(capacity, size + 1024);
        }
        double[] newValue = Arrays.copyOf(value, capacity);
        entries = Arrays.copyOf(entries, 2 * capacity);
        value = newValue;
    }

    /** Asked for so many entries: leaves this tape, from the next operation on, if they are more than any graph needs. */
    abstract boolean isLeftInsteadOfHolding(long capacity);

    /** Twice as much: everything is copied once on average. */
    private static int grown(int size, int largest) {
        if (size == largest) {
            throw new OutOfMemoryError("a tape holds at most " + largest + " entries");
        }
        return size > largest / 2 ? largest : Math.max(SMALLEST, 2 * size);
    }
}
