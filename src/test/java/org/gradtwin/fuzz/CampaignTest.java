package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.MatrixEngine;
import org.gradtwin.engine.ScalarEngine;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.fixture.FixtureReader;
import org.gradtwin.fixture.FixtureWriter;
import org.gradtwin.fuzz.Campaign.Examination;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.torch.TorchEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CampaignTest {
    @TempDir
    private Path folder;

    private static final Set<DType> BOTH = EnumSet.of(DType.FLOAT32, DType.FLOAT64);

    private static List<Examination> run(Engine twin, List<Engine> engines, Set<DType> dtypes, long from, long to) {
        Campaign campaign = new Campaign(twin, engines, dtypes);
        return LongStream.range(from, to).parallel().mapToObj(campaign::examine).toList();
    }

    private static void survive(long from, long to) {
        List<Examination> all = run(new TorchEngine(), List.of(new ScalarEngine(), new MatrixEngine()), BOTH, from, to);
        assertThat(all).flatExtracting(Examination::findings).isEmpty();
        double checks = all.stream().mapToInt(Examination::checks).sum();
        double sharp = all.stream().mapToInt(Examination::sharp).sum();
        assertThat(sharp / checks).isGreaterThan(0.95);
    }

    @Test
    void theEnginesAgreeWithPyTorchForSeedsFrom1000To1299() {
        survive(1000, 1300);
    }

    @Test
    @Tag("slow")
    void theEnginesAgreeWithPyTorchForSeedsFrom0To1999() {
        survive(0, 2000);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 1e-9})
    void aWrongDerivativeOfTanhIsFoundAndShrunk(double error) throws IOException {
        Engine right = new ScalarEngine();
        Campaign campaign = new Campaign(right, List.of(new CorruptTanh(right, error)), EnumSet.of(DType.FLOAT64));
        Optional<Finding> found = LongStream.range(0, 200)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .findFirst();
        assertThat(found).isPresent();

        Finding small = campaign.shrink(found.orElseThrow());

        assertThat(small.task().program().ops()).containsExactly(Ops.of("tanh"));
        assertThat(small.task().program().statements()).hasSizeLessThanOrEqualTo(3);
        assertThat(small.quantity())
                .hasToString("gradient of "
                        + small.task().inputs().keySet().iterator().next());
        assertThat(small.comparison().worst().rel()).isBetween(0.9 * error, 1.1 * error);
        assertThat(small.message())
                .contains("corrupt disagrees with the twin in the " + small.quantity() + " (float64)")
                .contains(" = tanh(")
                .contains("fuzz --seed " + small.seed() + " --count 1 --dtype float64 --engine corrupt");
        String text = FixtureWriter.text(small.fixture());
        Path file = Files.writeString(folder.resolve("found.json"), text);
        assertThat(FixtureReader.read(file)).isEqualTo(small.fixture());
        assertThat(text).contains(small.id()).doesNotContain("\"expect\"");
    }

    @Test
    void theCommandNamesAllEnginesThatTheProgramWasMadeFor() {
        Engine right = new ScalarEngine();
        Campaign campaign =
                new Campaign(right, List.of(right, new CorruptTanh(right, 1e-6)), EnumSet.of(DType.FLOAT64));
        assertThat(LongStream.range(0, 200)
                        .mapToObj(campaign::examine)
                        .flatMap(examination -> examination.findings().stream())
                        .findFirst()
                        .map(Finding::message))
                .hasValueSatisfying(
                        message -> assertThat(message).endsWith(" --dtype float64 --engine scalar,corrupt"));
    }

    private static Engine without(Engine right, Set<Op> missing) {
        return new GivenEngine("poor", dtype -> refusing(right.newGraph(dtype), missing));
    }

    private static <V> Graph<V> refusing(Graph<V> graph, Set<Op> missing) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                if (missing.contains(op)) {
                    throw new UnsupportedOpException(op, "left out for a test");
                }
                return graph.apply(op, operands, attributes);
            }
        };
    }

    @Test
    void whatAnEngineLacksIsCounted() {
        Engine right = new ScalarEngine();
        ProgramGenerator generator = new ProgramGenerator(right);
        long with = LongStream.range(0, 100)
                .filter(seed -> generator.generate(seed).program().ops().contains(Ops.of("tanh")))
                .count();
        assertThat(with).isPositive();

        Tally tally = Tally.of(run(
                right, List.of(right, without(right, Set.of(Ops.of("tanh")))), EnumSet.of(DType.FLOAT64), 0, 100));

        assertThat(tally.skipped()).isEqualTo(Map.of("poor", Map.of(Ops.of("tanh"), (int) with)));
        assertThat(tally.passes()).isTrue();
        assertThat(tally.inWords(0))
                .hasSize(2)
                .last()
                .isEqualTo("  " + with + " runs skipped: op unsupported by engine poor: tanh (" + with + ")");
        Tally all = Tally.of(run(right, List.of(right), EnumSet.of(DType.FLOAT64), 0, 100));
        assertThat(all.skipped()).isEmpty();
        assertThat(tally.plus(tally).skipped()).isEqualTo(Map.of("poor", Map.of(Ops.of("tanh"), 2 * (int) with)));
        assertThat(tally.plus(all).programs()).isEqualTo(200);
        assertThat(tally.plus(all).checks()).isEqualTo(tally.checks() + all.checks());
        assertThat(tally.plus(all).sharp()).isEqualTo(tally.sharp() + all.sharp());
        assertThat(tally.checks()).isBetween(all.checks(), 2 * all.checks() - 1);
    }

    @Test
    void programsForAnEngineAloneHaveNothingThatItLacks() {
        Engine right = new ScalarEngine();
        Set<Op> missing = Set.of(Ops.of("tanh"), Ops.of("sum"), Ops.of("sin"), Ops.of("matmul"));
        Campaign campaign = new Campaign(right, List.of(without(right, missing)), EnumSet.of(DType.FLOAT64));
        assertThat(campaign.lacking()).isEqualTo(missing);
        Tally tally =
                Tally.of(LongStream.range(0, 100).mapToObj(campaign::examine).toList());
        assertThat(tally.skipped()).isEmpty();
        assertThat(tally.passes()).isTrue();
        assertThat(tally.checks()).isGreaterThan(300);
    }

    @Test
    void opsWithADomainAreMissedEvenWhereWhatBringsOperandsIntoItIsMissingToo() {
        Engine right = new ScalarEngine();
        Set<Op> missing = new HashSet<>(Ops.all());
        missing.remove(Ops.of("add"));
        Campaign campaign = new Campaign(right, List.of(without(right, missing)), EnumSet.of(DType.FLOAT64));
        assertThat(campaign.lacking()).isEqualTo(missing);
    }

    @Test
    void aFindingThatDoesNotComeAgainIsKeptAndSaysSo() {
        AtomicBoolean wrong = new AtomicBoolean(true);
        Engine right = new ScalarEngine();
        Engine corrupt = new CorruptTanh(right, 1e-6);
        Engine fickle =
                new GivenEngine("Fickle_1", right.dtypes(), dtype -> (wrong.get() ? corrupt : right).newGraph(dtype));
        Campaign campaign = new Campaign(right, List.of(fickle), EnumSet.of(DType.FLOAT64));
        Finding found = LongStream.range(0, 200)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .findFirst()
                .orElseThrow();
        assertThat(found.id()).isEqualTo("fuzz-" + found.seed() + "-fickle-1-float64");
        wrong.set(false);
        Finding kept = campaign.shrink(found);
        assertThat(kept.task()).isEqualTo(found.task());
        assertThat(kept.message()).contains("run again, the same program agrees");
    }

    @Test
    void aCampaignInWhichEverythingIsSkippedDoesNotPass() {
        Engine right = new ScalarEngine();
        Tally tally =
                Tally.of(run(right, List.of(without(right, Set.copyOf(Ops.all()))), EnumSet.of(DType.FLOAT64), 0, 20));
        assertThat(tally.programs()).isEqualTo(20);
        assertThat(tally.checks()).isZero();
        assertThat(tally.disagree()).isZero();
        assertThat(tally.passes()).isFalse();
    }

    @Test
    void everyWrongTanhAmongTheProgramsOfSeedsFrom0To199IsFound() {
        Engine right = new ScalarEngine();
        Campaign campaign = new Campaign(right, List.of(new CorruptTanh(right, 1e-6)), EnumSet.of(DType.FLOAT64));
        ProgramGenerator generator = new ProgramGenerator(right);
        int with = 0;
        int found = 0;
        for (long seed = 0; seed < 200; seed++) {
            boolean has = generator.generate(seed).program().ops().contains(Ops.of("tanh"));
            boolean wrong = !campaign.examine(seed).findings().isEmpty();
            assertThat(wrong && !has).as("seed %s", seed).isFalse();
            with += has ? 1 : 0;
            found += wrong ? 1 : 0;
        }
        assertThat(with).isGreaterThan(10);
        assertThat(found).isGreaterThan(with / 2);
    }
}
