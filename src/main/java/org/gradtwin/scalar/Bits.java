package org.gradtwin.scalar;

import java.util.Arrays;

/** A bit for each cell of a tape; unlike {@link java.util.BitSet} it checks no bounds twice and never shrinks. */
final class Bits {

    private long[] words = new long[1];

    /** Makes room for the bits below {@code size}. */
    void ensure(int size) {
        int needed = (size + 63) >>> 6;
        if (needed > words.length) {
            words = Arrays.copyOf(words, needed);
        }
    }

    boolean get(int i) {
        return (words[i >>> 6] & (1L << i)) != 0;
    }

    void set(int i) {
        words[i >>> 6] |= 1L << i;
    }

    void clear(int i) {
        words[i >>> 6] &= ~(1L << i);
    }

    /** Sets the bits {@code from} to {@code to − 1}. */
    void setRange(int from, int to) {
        for (int i = from; i < to; ) {
            int next = Math.min(to, (i | 63) + 1);
            words[i >>> 6] |= mask(i, next);
            i = next;
        }
    }

    /** Clears the bits {@code from} to {@code to − 1}. */
    void clearRange(int from, int to) {
        for (int i = from; i < to; ) {
            int next = Math.min(to, (i | 63) + 1);
            words[i >>> 6] &= ~mask(i, next);
            i = next;
        }
    }

    /** The highest set bit that is not above {@code i}, or −1. */
    int previousSet(int i) {
        if (i < 0) {
            return -1;
        }
        int w = i >>> 6;
        long word = words[w] & (-1L >>> (63 - (i & 63)));
        while (word == 0) {
            if (w == 0) {
                return -1;
            }
            word = words[--w];
        }
        return (w << 6) + 63 - Long.numberOfLeadingZeros(word);
    }

    /** The bits of one word from i to end − 1, where 0 < end − i ≤ 64. */
    private static long mask(int i, int end) {
        return (-1L >>> (64 - (end - i))) << i;
    }
}
