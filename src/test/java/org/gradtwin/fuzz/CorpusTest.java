package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

class CorpusTest {
    private static final int PROGRAMS = 60;

    private static Campaign campaign(Corpus corpus) {
        Engine right = new ScalarEngine();
        return new Campaign(right, right, List.of(new MatrixEngine(), right), EnumSet.of(DType.FLOAT64), corpus);
    }

    private static Tally run(Campaign campaign) {
        return Tally.of(
                LongStream.range(0, PROGRAMS).mapToObj(campaign::examine).toList());
    }

    private static Corpus made() {
        Campaign campaign = campaign(Corpus.NONE);
        return Corpus.NONE.with(campaign, run(campaign), 0);
    }

    @Test
    void holdsTheProgramsThatCoverMoreAndIsReadBack() {
        Campaign campaign = campaign(Corpus.NONE);
        Tally tally = run(campaign);
        Corpus corpus = Corpus.NONE.with(campaign, tally, 0);
        assertThat(corpus.covered(0).cells().keySet())
                .isEqualTo(tally.cells().keySet())
                .hasSizeGreaterThan(200);
        assertThat(corpus.programs()).hasSizeBetween(20, PROGRAMS);
        Corpus again = Corpus.of(corpus.text(), "corpus");
        assertThat(again.text()).isEqualTo(corpus.text());
        assertThat(again.covered(0)).isEqualTo(corpus.covered(0));
        // What is covered already is no news.
        assertThat(again.with(campaign, again.covered(0).plus(tally), 0)).isEqualTo(again);
    }

    @Test
    void mutatedProgramsAreOthersAgreeAndCoverMore() {
        Corpus corpus = made();
        Campaign campaign = campaign(corpus);
        Campaign other = campaign(Corpus.of(corpus.text(), "corpus"));
        Set<Program> parents = new HashSet<>();
        corpus.programs().forEach(task -> parents.add(task.program()));
        int changed = 0;
        for (long seed = 0; seed < PROGRAMS; seed++) {
            Task task = campaign.program(seed);
            assertThat(task.program()).isEqualTo(other.program(seed).program());
            assertThat(task.cotangent()).isEqualTo(other.program(seed).cotangent());
            assertThat(corpus.programs()).doesNotContain(task);
            changed += parents.contains(task.program()) ? 0 : 1;
            Examination examination = campaign.examine(seed);
            assertThat(examination.findings()).isEmpty();
            assertThat(examination.checks()).isPositive();
        }
        assertThat(changed).isBetween(PROGRAMS / 10, PROGRAMS - 1);
        Tally all = corpus.covered(0).plus(run(campaign));
        assertThat(all.cells().size()).isGreaterThan(corpus.covered(0).cells().size());
        assertThat(corpus.with(campaign, all, 0).programs())
                .startsWith(corpus.programs().toArray(Task[]::new))
                .hasSizeGreaterThan(corpus.programs().size());
    }

    /** Of log and its kin no operand may leave the domain, and no gradient may be large. */
    @Test
    void opsAreSwappedForThoseOfTheSameSignature() {
        Corpus corpus = Corpus.of("""
                {"format": "gradtwin-fixture-1", "title": "t", "source": "s", "flags": {}, "cases": [{
                  "id": "a", "comment": "One.", "inputs": {"x": {"values": [0.25, 0.5, 1.5]}},
                  "program": ["y = log(x)"], "backward": {"of": "y", "cotangent": {"values": [1, 2, 3]}},
                  "dtypes": ["float64"]}]}
                """, "corpus");
        Campaign campaign = campaign(corpus);
        Set<String> ops = new HashSet<>();
        Set<Integer> sizes = new HashSet<>();
        for (long seed = 0; seed < 100; seed++) {
            Task task = campaign.program(seed);
            task.program().ops().forEach(op -> ops.add(op.id()));
            sizes.add(task.cotangent().size());
        }
        assertThat(ops).hasSizeGreaterThan(10).contains("log", "exp", "sin").doesNotContain("mul", "softmax");
        assertThat(ops).allMatch(op -> Ops.of(op).isDrawn());
        assertThat(sizes).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void aFixtureOfRefusalsAloneIsNone() {
        assertThatThrownBy(() -> Corpus.of("""
                                {"format": "gradtwin-fixture-1", "title": "t", "source": "s", "flags": {}, "cases": []}
                                """, "mine.json"))
                .isInstanceOf(FixtureException.class)
                .hasMessageContaining("mine.json: ");
    }
}
