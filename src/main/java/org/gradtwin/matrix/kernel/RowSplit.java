package org.gradtwin.matrix.kernel;

/**
 * Splits loops among threads: the rows of a product, or the elements of a function. Every row is computed in the same
 * order of operations wherever the cuts fall and whoever computes it, so the number of threads leaves the bits alone.
 *
 * @param threads at most so many, the caller among them
 */
public record RowSplit(int threads) {
    /** Below this many multiplications a thread costs more than it saves. */
    private static final long WORTHWHILE = 1L << 18;

    /** About as many multiplications as an exponential takes. */
    public static final long ELEMENTARY = 20;

    /** About as many multiplications as it takes to read two numbers and write one. */
    public static final long SIMPLE = 4;

    /** Parts for each thread: one that is held up leaves its share to the others. */
    private static final int PARTS = 4;

    /** More than the lanes of any vector: a cut never makes a remainder that was none. */
    private static final int ELEMENTS = 64;

    /** Refuses no thread at all. */
    public RowSplit {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be positive, but is " + threads);
        }
    }

    static RowSplit ofMachine() {
        return new RowSplit(Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    /** What to do with the rows from {@code from} to before {@code to}. */
    public interface Rows {
        /** Computes those rows, and touches no others. */
        void compute(int from, int to);
    }

    /**
     * Computes so many elements.
     *
     * @param each multiplications an element
     */
    public void runElements(int elements, long each, Rows body) {
        run(elements, ELEMENTS, each * elements, body);
    }

    /**
     * Computes all rows.
     *
     * @param block cuts fall on multiples of it
     * @param work multiplications in total
     */
    public void run(int rows, int block, long work, Rows body) {
        int blocks = (rows + block - 1) / block;
        int parts = threads == 1 || work < WORTHWHILE ? 1 : Math.min(PARTS * threads, blocks);
        if (parts <= 1) {
            body.compute(0, rows);
            return;
        }
        Helpers.share(threads - 1, parts, part -> {
            int from = (int) ((long) blocks * part / parts) * block;
            int to = (int) ((long) blocks * (part + 1) / parts) * block;
            body.compute(from, Math.min(rows, to));
        });
    }
}
