package org.gradtwin.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random partitions of samples into batches, one partition an epoch; the last batch may be smaller. Epochs differ, and
 * are the same for the same seed, on every machine and in every language: the numbers 0 to n − 1 are shuffled from the
 * end (Fisher and Yates), the partner of i being {@code (next >>> 1) mod (i + 1)}, where {@code next} are the 64-bit
 * draws of SplitMix64, which is what {@link SplittableRandom} is.
 */
public final class DataLoader {
    private final int samples;
    private final int batchSize;
    private final SplittableRandom random;

    /**
     * A loader.
     *
     * @param samples n
     * @param batchSize samples a batch
     * @param seed of all epochs
     * @throws IllegalArgumentException if there is no sample or the batch size is not positive
     */
    public DataLoader(int samples, int batchSize, long seed) {
        if (samples < 1 || batchSize < 1) {
            throw new IllegalArgumentException(samples + " samples in batches of " + batchSize);
        }
        this.samples = samples;
        this.batchSize = batchSize;
        this.random = new SplittableRandom(seed);
    }

    /** The number of batches an epoch. */
    public int batches() {
        return (samples + batchSize - 1) / batchSize;
    }

    /** The batches of the next epoch, as numbers of samples: each sample is in exactly one. */
    public List<int[]> epoch() {
        int[] order = new int[samples];
        Arrays.setAll(order, i -> i);
        for (int i = samples - 1; i > 0; i--) {
            int j = (int) ((random.nextLong() >>> 1) % (i + 1));
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < samples; from += batchSize) {
            batches.add(Arrays.copyOfRange(order, from, Math.min(samples, from + batchSize)));
        }
        return batches;
    }
}
