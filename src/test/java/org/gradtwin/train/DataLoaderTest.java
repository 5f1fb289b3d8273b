package org.gradtwin.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.fixture.SplitMix64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loader's promises. */
class DataLoaderTest {
    @ParameterizedTest
    @CsvSource({"1, 1, 1", "500, 1, 500", "10, 3, 4", "10, 5, 2", "10, 11, 1"})
    void everySampleOnceAnEpoch(int samples, int batchSize, int batches) {
        DataLoader loader = new DataLoader(samples, batchSize, 7);
        assertThat(loader.batches()).isEqualTo(batches);
        for (int epoch = 0; epoch < 3; epoch++) {
            List<int[]> given = loader.epoch();
            assertThat(given).hasSize(batches);
            assertThat(given.subList(0, batches - 1))
                    .allSatisfy(batch -> assertThat(batch).hasSize(batchSize));
            assertThat(given.stream().flatMapToInt(Arrays::stream).sorted())
                    .containsExactlyElementsOf(
                            IntStream.range(0, samples).boxed().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -5})
    void sameSeedSameEpochsAndTheyDiffer(long seed) {
        DataLoader one = new DataLoader(50, 7, seed);
        DataLoader other = new DataLoader(50, 7, seed);
        int[] first = order(one);
        assertThat(order(other)).isEqualTo(first);
        int[] second = order(one);
        assertThat(order(other)).isEqualTo(second);
        assertThat(second).isNotEqualTo(first);
        assertThat(order(new DataLoader(50, 7, seed + 1))).isNotEqualTo(first);
    }

    /** The order is part of the fixture format: it is told in terms of SplitMix64. */
    @Test
    void orderIsFisherAndYatesWithSplitMix64() {
        SplitMix64 random = new SplitMix64(99);
        int[] expected = IntStream.range(0, 100).toArray();
        for (int i = 99; i > 0; i--) {
            int j = (int) random.index(i + 1);
            int moved = expected[i];
            expected[i] = expected[j];
            expected[j] = moved;
        }
        assertThat(order(new DataLoader(100, 8, 99))).isEqualTo(expected);
    }

    @Test
    void nothingIsRefused() {
        assertThatThrownBy(() -> new DataLoader(0, 1, 0)).hasMessage("0 samples in batches of 1");
        assertThatThrownBy(() -> new DataLoader(5, 0, 0)).hasMessage("5 samples in batches of 0");
    }

    private static int[] order(DataLoader loader) {
        return loader.epoch().stream().flatMapToInt(Arrays::stream).toArray();
    }
}
