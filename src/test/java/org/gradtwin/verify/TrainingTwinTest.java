package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.gradtwin.fixture.TrainingCase;
import org.gradtwin.fixture.TrainingReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded training on every engine. */
class TrainingTwinTest {
    private static final Map<String, TrainingCase> CASES = TrainingReader.in(Path.of("fixtures"));

    static Stream<String> names() {
        assertThat(CASES).hasSizeGreaterThan(20);
        return CASES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void enginesFollowPyTorch(String name) {
        TrainingCase given = CASES.get(name);
        List<TrainingResult> results = new TrainingTwin(name, given).run();
        assertThat(results).hasSize(3);
        for (TrainingResult result : results) {
            assertThat(result.losses()).hasSize(given.steps());
            assertThat(result.parameters())
                    .hasSize(given.marked().size() * given.parameters().size());
            assertThat(result.firstOutside())
                    .as("%s %s: worst drift %s", result.engine(), result.dtype(), result.worst())
                    .isEmpty();
        }
    }
}
