package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScalarBenchTest {
    @Test
    void theNumberOfWeightsGivesTheLayers() {
        assertThat(List.of(1.0, 1001.0, 41_201.0, 560_800.0, 1e8))
                .extracting(ScalarBench::hiddenLayers)
                .containsExactly(1, 1, 2, 15, 2489);
    }

    @Test
    void onlyOfSmallNetworksIsEveryEdgeRecorded() {
        assertThat(ScalarBench.recordsEdges(15, 200)).isTrue();
        assertThat(ScalarBench.recordsEdges(2489, 200)).isFalse();
        List<Row> rows = new ScalarBench(new Rounds(0, 1), 3, 8).rows();
        assertThat(rows).extracting(Row::quantity).contains("net ÷ textbook graph", "live bytes a weight");
    }
}
