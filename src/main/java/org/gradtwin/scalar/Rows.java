package org.gradtwin.scalar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The operations of a tape in columns, in order of creation: 25 bytes for each, and 8 more from the first backward pass
 * on.
 */
abstract sealed class Rows extends Cells permits Tape {

    /** The bits of {@link #code} that tell the op. */
    static final int OP = 0x3f;
    /** The cell has a gradient to pass on. */
    static final byte PENDING = 0x40;
    /** The cell has passed its gradient on. */
    static final byte PASSED = (byte) 0x80;

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ALL_PENDING = 0x4040404040404040L;

    static final int SMALLEST = 16;

    private static final byte[] NO_BYTES = {};
    private static final long[] NO_LONGS = {};
    private static final double[] NO_DOUBLES = {};

    /** What a row is computed by and where it is in its life. */
    byte[] code = NO_BYTES;
    /** First operands, as {@link Operands} packs them; for an op with many, where in the side table they start. */
    long[] first = NO_LONGS;
    /** Second operands; what an op takes instead of one: its number, where its numbers start, how many operands there are. */
    long[] second = NO_LONGS;

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
        return (code[index] & PASSED) != 0;
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
        if (grad.length < size) {
            // Most tapes are sent backward once.
            grad = Arrays.copyOf(grad, grad.length == 0 ? size : value.length);
        }
    }

    final boolean isPending(int index) {
        return (code[index] & PENDING) != 0;
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
                    code[i] |= PENDING;
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
        return (long) EIGHT.get(code, from) & ALL_PENDING;
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
        code[index] ^= PENDING ^ PASSED;
        pending--;
        passed++;
    }

    final Op op(int index) {
        return Op.of(code[index] & OP);
    }

    final Cells cells(long operand) {
        return operand >= 0 ? this : sources.get(Operands.number(operand));
    }

    final double valueOf(long operand) {
        return cells(operand).value[Operands.index(operand)];
    }

    /** Number {@code k} of an op in row {@code i} that takes some. */
    final double number(Op op, int i, int k) {
        long bits = op.numbers == 1 ? second[i] : list[(int) second[i] + k];
        return Double.longBitsToDouble(bits);
    }

    /** Adds a row; gives the index of the result. */
    final int record(Op op, long a, long b, double y) {
        int i = size;
        if (i == value.length) {
            grow();
        }
        value[i] = y;
        code[i] = op.code();
        first[i] = a;
        second[i] = b;
        size = i + 1;
        return i;
    }

    /** Appends to the side table; gives the position. */
    final int append(long... entries) {
        int position = listSize;
        if (position + entries.length > list.length) {
            list = Arrays.copyOf(list, Math.max(grown(position), position + entries.length));
        }
        System.arraycopy(entries, 0, list, position, entries.length);
        listSize = position + entries.length;
        return position;
    }

    /** Discards rows, and of the tables what they needed. */
    final void shrink(int rows, int lists, int numbers) {
        size = rows;
        listSize = lists;
        sources.shrink(numbers);
    }

    private void grow() {
        int capacity = size == 0 ? firstCapacity : grown(size);
        value = Arrays.copyOf(value, capacity);
        code = Arrays.copyOf(code, capacity);
        first = Arrays.copyOf(first, capacity);
        second = Arrays.copyOf(second, capacity);
    }

    /** Twice as much: everything is copied once on average. */
    private static int grown(int size) {
        int largest = Integer.MAX_VALUE - 64;
        if (size == largest) {
            throw new OutOfMemoryError("a tape holds at most " + largest + " entries");
        }
        return size > largest / 2 ? largest : Math.max(SMALLEST, 2 * size);
    }
}
