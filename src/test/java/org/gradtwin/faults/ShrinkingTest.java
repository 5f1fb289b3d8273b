package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Corpus;
import org.gradtwin.fuzz.Finding;
import org.gradtwin.fuzz.ProgramTypes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How small programs get in which each of the seeded faults is found. */
@Tag("campaign")
class ShrinkingTest {
    private static final int PROGRAMS = 3072;
    private static final int FINDINGS = 4;
    private static final double SHARE = 0.95;

    @Test
    void aPlantedFaultIsShownInThreeStatementsAndFourElements() {
        int all = 0;
        List<String> large = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            Set<Op> ops = fault.ops().stream().filter(Op::isDrawn).collect(Collectors.toSet());
            Campaign campaign = new Campaign(
                    new TorchEngine(),
                    new ScalarEngine(),
                    List.of(FaultyEngine.with(fault)),
                    ProgramTypes.each(EnumSet.of(DType.FLOAT64)),
                    Corpus.NONE,
                    ops,
                    Set.of());
            for (Finding found : findings(campaign)) {
                Task small =
                        campaign.shrink(found, () -> FaultyEngine.with(fault)).task();
                all++;
                if (small.program().statements().size() > 3 || elements(small) > 4) {
                    large.add(fault + ": " + small.program().lines() + " of " + elements(small));
                }
            }
        }
        assertThat(all).isGreaterThan(200);
        assertThat(large).hasSizeLessThanOrEqualTo((int) ((1 - SHARE) * all));
    }

    private static List<Finding> findings(Campaign campaign) {
        List<Finding> findings = new ArrayList<>();
        int block = 512;
        for (long seed = 0; seed < PROGRAMS && findings.size() < FINDINGS; seed += block) {
            LongStream.range(seed, seed + block)
                    .parallel()
                    .mapToObj(campaign::examine)
                    .flatMap(examination -> examination.findings().stream())
                    .forEachOrdered(findings::add);
        }
        return findings.subList(0, Math.min(findings.size(), FINDINGS));
    }

    private static int elements(Task task) {
        return task.inputs().values().stream()
                .mapToInt(input -> input.value().size())
                .sum();
    }
}
