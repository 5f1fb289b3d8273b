package org.gradtwin.scalar;

import java.util.Arrays;

/**
 * Which cells survived the rewinds of a tape. Of the rewinds so far only those matter that no later one undercut, so
 * the history is a stack of increasing marks and stays short.
 */
final class Rewinds {

    private static final int[] NONE = {};

    private int count;
    private int[] number = NONE;
    private int[] mark = NONE;
    private int depth;

    /** How many there were: the generation of a cell recorded now. */
    int count() {
        return count;
    }

    /** Adds a rewind to {@code lowest} cells. */
    void add(int lowest) {
        while (depth > 0 && mark[depth - 1] >= lowest) {
            depth--;
        }
        if (depth == mark.length) {
            mark = Arrays.copyOf(mark, 2 * depth + 2);
            number = Arrays.copyOf(number, mark.length);
        }
        mark[depth] = lowest;
        number[depth++] = count++;
    }

    /** The smallest mark since there were {@code generation} rewinds; there must have been one. */
    int lowestSince(int generation) {
        int i = 0;
        while (number[i] < generation) {
            i++;
        }
        return mark[i];
    }
}
