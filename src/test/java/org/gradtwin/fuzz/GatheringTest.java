package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.LongStream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final int PROGRAMS = 600;

    /** An engine that has tanh wrong, beside a right one. */
    private record Wrong() implements Examiner.Plan {
        @Override
        public Campaign open() {
            Engine right = new ScalarEngine();
            return new Campaign(right, right, List.of(right, fresh("corrupt")), EnumSet.of(DType.FLOAT64));
        }

        @Override
        public Engine fresh(String engine) {
            return new CorruptTanh(new ScalarEngine(), 1e-3);
        }
    }

    private static List<String> told(int block) {
        Wrong plan = new Wrong();
        List<String> told = new ArrayList<>();
        try (ThreadsExaminer examiner = new ThreadsExaminer(plan, plan.open())) {
            Gathering gathering = new Gathering(
                    Tally.of(List.of()),
                    5,
                    examiner::show,
                    shown -> told.add(shown.message("")),
                    seed -> told.add("" + seed));
            examiner.examine(0, PROGRAMS, block, tally -> {
                gathering.add(tally.after(gathering.tally()));
                return true;
            });
            told.addAll(gathering.tally().inWords(0));
            told.addAll(gathering.suspects().inWords());
            told.add(gathering.tally().cells().toString());
        }
        return told;
    }

    @Test
    void whatComesOutDoesNotDependOnHowTheSeedsWereCut() {
        List<String> whole = told(PROGRAMS);
        assertThat(told(7)).isEqualTo(whole);
        assertThat(told(64)).isEqualTo(whole);
    }

    /** Many programs go wrong, in many ops that only stand beside tanh: one suspect is told, and has them all. */
    @Test
    void findingsOfOneFaultAreOneSuspect() {
        Campaign campaign = new Wrong().open();
        List<Finding> findings = LongStream.range(0, PROGRAMS)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .toList();
        assertThat(findings).extracting(finding -> finding.suspect().ops()).hasSizeGreaterThan(5);
        assertThat(told(PROGRAMS).stream().filter(line -> line.startsWith("  suspect")))
                .containsExactly("  suspect    tanh on corrupt, the gradient is off: " + findings.size()
                        + " runs, the first of seed " + findings.get(0).seed());
    }

    @Test
    void aSuspectIsExplainedByOneOfFewerOpsThatGoesWrongInTheSameWay() {
        Suspect tanh = suspect("a", "the gradient is off", "tanh");
        assertThat(suspect("a", "the gradient is off", "mul", "tanh").isExplainedBy(tanh))
                .isTrue();
        assertThat(suspect("a", "the value is off", "tanh").isExplainedBy(tanh)).isFalse();
        assertThat(suspect("b", "the gradient is off", "tanh").isExplainedBy(tanh))
                .isFalse();
        assertThat(tanh.isExplainedBy(suspect("a", "the gradient is off", "mul", "tanh")))
                .isFalse();
    }

    private static Suspect suspect(String engine, String what, String... ops) {
        return new Suspect(engine, what, List.of(ops), 0, DType.FLOAT64, 1);
    }

    @Test
    void aProgramThatEndsTheProcessFailsTheRunAndIsTold() {
        Tally tally = Tally.ended(12, "it exited with 134");
        assertThat(tally.passes()).isFalse();
        assertThat(tally.inWords(0)).last().isEqualTo("  seed 12 ended the process: it exited with 134");
    }
}
