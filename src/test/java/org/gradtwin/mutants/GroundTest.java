package org.gradtwin.mutants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroundTest {
    private static Score cut(Ground ground, long... cuts) {
        Score score = Score.NONE;
        long from = 0;
        for (long to : cuts) {
            score = score.plus(ground.hunt(LongStream.range(from, to), score));
            from = to;
        }
        return score.plus(ground.hunt(LongStream.range(from, ground.size()), score));
    }

    /** Parts that leave out what is known give what one part gives, and what parts give that know of nothing. */
    @Test
    void aHuntIsTheSameHoweverItIsCut() {
        Ground ground = Plan.of(null, List.of("op/tanh-*"), 5, 60, false).open();
        Score whole = cut(ground);
        assertThat(whole.acting()).hasSizeGreaterThan(200);
        assertThat(whole.byCases()).isNotEmpty().isNotEqualTo(whole.byPrograms());
        assertThat(cut(ground, 3, 14, 20, 50)).isEqualTo(whole);
        Score twice = ground.hunt(LongStream.range(0, 40), Score.NONE)
                .plus(ground.hunt(LongStream.range(30, ground.size()), Score.NONE));
        assertThat(twice).isEqualTo(whole);
        assertThat(ground.hunt(steps -> {})).isEqualTo(whole);
        Score matrix = cut(Plan.of(null, List.of("op/tanh-*"), 5, 60, true).open(), 9, 33);
        assertThat(matrix.kills()).hasSize((int) ground.size()).containsKeys("op/tanh-many", "seed 0000064");
        assertThat(new Score(
                        matrix.acting(), matrix.byCases(), matrix.byPrograms(), Score.NONE.kills(), matrix.unsound()))
                .isEqualTo(whole);
    }

    /** A worker may have another folder under that name. */
    @Test
    void aFolderThatHoldsOtherFilesIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.copy(Path.of("fixtures/op/tanh.json"), folder.resolve("tanh.json"));
        Plan plan = Plan.of(folder, List.of(), 0, 0, false);
        assertThat(plan.open().cases()).isEqualTo(14);
        Files.writeString(file, Files.readString(file) + "\n");
        assertThatThrownBy(plan::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--fixtures: " + folder.toAbsolutePath() + " holds other files than when it began");
    }
}
