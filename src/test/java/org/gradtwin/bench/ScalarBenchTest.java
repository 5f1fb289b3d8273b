package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("campaign")
class ScalarBenchTest {
    @Test
    void theNumberOfWeightsGivesTheLayers() {
        assertThat(List.of(1.0, 1001.0, 41_201.0, 560_800.0, 1e8))
                .extracting(ScalarBench::hiddenLayers)
                .containsExactly(1, 1, 2, 15, 2489);
    }

    /** Of one such network it was below zero. */
    @Test
    void theMemoryOfASmallNetworkIsMeasurable() {
        double first = new ScalarBench(new Rounds(0, 1), 3, 8).memory().measured();
        assertThat(first).isBetween(16.0, 400.0);
        assertThat(new ScalarBench(new Rounds(0, 1), 3, 8).memory().measured()).isBetween(0.8 * first, 1.25 * first);
    }

    @Test
    void onlyOfSmallNetworksIsEveryEdgeRecorded() {
        assertThat(ScalarBench.recordsEdges(15, 200)).isTrue();
        assertThat(ScalarBench.recordsEdges(2489, 200)).isFalse();
        List<Row> rows = new ScalarBench(new Rounds(0, 1), 3, 8).rows();
        assertThat(rows).extracting(Row::quantity).contains("net ÷ textbook graph", "live bytes a weight");
    }
}
