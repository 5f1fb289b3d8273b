package org.gradtwin.matrix.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/**
 * Splits the rows of a product, or the elements of a function, among threads of the common pool. Every row is computed in the same order of
 * operations wherever the cuts fall, so the number of threads leaves the bits alone.
 *
 * @param threads at most so many, the caller among them
 */
record RowSplit(int threads) {
    /** Below this many multiplications a thread costs more than it saves. */
    private static final long WORTHWHILE = 1L << 21;

    RowSplit {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, but is " + threads);
        }
    }

    /** About as many multiplications as an exponential takes. */
    private static final long ELEMENTARY = 20;

    /** More than the lanes of any vector: a cut never makes a remainder that was none. */
    private static final int ELEMENTS = 64;

    static RowSplit ofMachine() {
        return new RowSplit(Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    /** What to do with the rows from {@code from} to before {@code to}. */
    interface Rows {
        void compute(int from, int to);
    }

    /** Computes an elementary function of so many elements. */
    void runElements(int elements, Rows body) {
        run(elements, ELEMENTS, ELEMENTARY * elements, body);
    }

    /**
     * Computes all rows.
     *
     * @param block cuts fall on multiples of it
     * @param work multiplications in total
     */
    void run(int rows, int block, long work, Rows body) {
        int blocks = (rows + block - 1) / block;
        int parts = work < WORTHWHILE ? 1 : Math.min(threads, blocks);
        if (parts <= 1) {
            body.compute(0, rows);
            return;
        }
        List<ForkJoinTask<?>> others = new ArrayList<>();
        for (int part = 1; part < parts; part++) {
            int from = blocks * part / parts * block;
            int to = Math.min(rows, blocks * (part + 1) / parts * block);
            others.add(ForkJoinPool.commonPool().submit(() -> body.compute(from, to)));
        }
        body.compute(0, blocks / parts * block);
        others.forEach(ForkJoinTask::join);
    }
}
