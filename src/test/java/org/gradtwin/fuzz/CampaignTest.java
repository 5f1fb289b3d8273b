package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.write.FixtureWriter;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
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
        Campaign campaign = new Campaign(twin, new ScalarEngine(), engines, dtypes);
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
        Campaign campaign = new Campaign(
                right, new ScalarEngine(), List.of(new CorruptTanh(right, error)), EnumSet.of(DType.FLOAT64));
        Optional<Finding> found = LongStream.range(0, 200)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .findFirst();
        assertThat(found).isPresent();

        Finding small = campaign.shrink(found.orElseThrow(), () -> new CorruptTanh(right, error));

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

    /** Programs are made of expressions, not of text. */
    @Test
    void everyProgramCanBeWrittenAndReadAgain() {
        Engine right = new ScalarEngine();
        Campaign campaign = new Campaign(right, right, List.of(right), EnumSet.of(DType.FLOAT64));
        for (long seed = 0; seed < 1000; seed++) {
            Program program = campaign.program(seed).program();
            assertThat(Program.parse(program.lines())).as("seed %s", seed).isEqualTo(program);
        }
    }

    @Test
    void theCommandNamesAllEnginesThatTheProgramWasMadeFor() {
        Engine right = new ScalarEngine();
        Campaign campaign = new Campaign(
                right, new ScalarEngine(), List.of(right, new CorruptTanh(right, 1e-6)), EnumSet.of(DType.FLOAT64));
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
        Campaign campaign = new Campaign(right, right, List.of(right), EnumSet.of(DType.FLOAT64));
        long with = LongStream.range(0, 300)
                .filter(seed -> campaign.program(seed).program().ops().contains(Ops.of("tanh")))
                .count();
        assertThat(with).isPositive();

        Tally tally = Tally.of(run(
                right, List.of(right, without(right, Set.of(Ops.of("tanh")))), EnumSet.of(DType.FLOAT64), 0, 300));

        assertThat(tally.skipped()).isEqualTo(Map.of("poor", Map.of("tanh", with)));
        assertThat(tally.passes()).isTrue();
        assertThat(tally.inWords(0))
                .hasSize(2)
                .last()
                .isEqualTo("  " + with + " runs skipped: op unsupported by engine poor: tanh (" + with + ")");
        Tally all = Tally.of(run(right, List.of(right), EnumSet.of(DType.FLOAT64), 0, 300));
        assertThat(all.skipped()).isEmpty();
        assertThat(tally.plus(tally).skipped()).isEqualTo(Map.of("poor", Map.of("tanh", 2 * with)));
        assertThat(tally.plus(all).programs()).isEqualTo(600);
        assertThat(tally.plus(all).checks()).isEqualTo(tally.checks() + all.checks());
        assertThat(tally.plus(all).sharp()).isEqualTo(tally.sharp() + all.sharp());
        assertThat(tally.checks()).isBetween(all.checks(), 2 * all.checks() - 1);
    }

    @Test
    void programsForAnEngineAloneHaveNothingThatItLacks() {
        Engine right = new ScalarEngine();
        Set<Op> missing = Set.of(Ops.of("tanh"), Ops.of("sum"), Ops.of("sin"), Ops.of("matmul"));
        Campaign campaign =
                new Campaign(right, new ScalarEngine(), List.of(without(right, missing)), EnumSet.of(DType.FLOAT64));
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
        Set<Op> missing = new HashSet<>(ProgramGenerator.drawn());
        missing.remove(Ops.of("add"));
        Campaign campaign =
                new Campaign(right, new ScalarEngine(), List.of(without(right, missing)), EnumSet.of(DType.FLOAT64));
        assertThat(campaign.lacking()).isEqualTo(missing);
    }

    private static <V> Graph<V> wrapped(Graph<V> graph, Change<V> change) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<V> operands, Attributes attributes) {
                return change.apply(graph, op, operands, attributes);
            }
        };
    }

    private interface Change<V> {
        V apply(Graph<V> graph, Op op, List<V> operands, Attributes attributes);
    }

    /** An engine that refuses only some uses of two ops keeps the others. */
    @Test
    void whatAnEngineHasOfAnOpIsAsked() {
        Engine right = new ScalarEngine();
        AtomicInteger elu = new AtomicInteger();
        AtomicInteger index = new AtomicInteger();
        Engine partial = new GivenEngine(
                "partial",
                EnumSet.of(DType.FLOAT64),
                dtype -> wrapped(right.newGraph(dtype), (graph, op, x, at) -> {
                    if ((op == Ops.of("elu") && at.number("alpha") != 1) || (op == Ops.of("index") && x.size() > 1)) {
                        throw new UnsupportedOpException(op, "this use of it");
                    }
                    elu.addAndGet(op == Ops.of("elu") ? 1 : 0);
                    index.addAndGet(op == Ops.of("index") ? 1 : 0);
                    return graph.apply(op, x, at);
                }));
        Campaign campaign = new Campaign(right, new ScalarEngine(), List.of(partial), EnumSet.of(DType.FLOAT64));
        assertThat(campaign.lacking()).isEmpty();
        assertThat(campaign.partial()).isEqualTo(Set.of(Ops.of("elu"), Ops.of("index")));
        elu.set(0);
        index.set(0);
        Tally tally =
                Tally.of(LongStream.range(0, 150).mapToObj(campaign::examine).toList());
        assertThat(tally.skipped()).isEmpty();
        assertThat(tally.passes()).isTrue();
        assertThat(elu.get()).isGreaterThan(2);
        assertThat(index.get()).isGreaterThan(2);
    }

    /** Gives all of the gradient to the first of a tie: another convention, and no fault. */
    @Test
    void anEngineThatSharesTiesInItsOwnWayIsAskedNone() {
        Engine right = new ScalarEngine();
        Engine first = new GivenEngine(
                "first", EnumSet.of(DType.FLOAT64), dtype -> wrapped(right.newGraph(dtype), CampaignTest::firstOfTies));
        Campaign alone = new Campaign(right, new ScalarEngine(), List.of(first), EnumSet.of(DType.FLOAT64));
        assertThat(alone.ties()).isFalse();
        assertThat(LongStream.range(0, 300).mapToObj(alone::examine))
                .flatExtracting(Examination::findings)
                .isEmpty();
        assertThat(new Campaign(right, new ScalarEngine(), List.of(right), EnumSet.of(DType.FLOAT64)).ties())
                .isTrue();
    }

    private static <V> V firstOfTies(Graph<V> graph, Op op, List<V> operands, Attributes attributes) {
        V result = graph.apply(op, operands, attributes);
        if (op != Ops.of("maximum")
                || !graph.value(result)
                        .shape()
                        .equals(graph.value(operands.get(0)).shape())) {
            return result;
        }
        Tensor value = graph.value(result);
        double[] wins = graph.value(operands.get(0)).toDoubles();
        double[] loses = new double[wins.length];
        for (int i = 0; i < wins.length; i++) {
            wins[i] = wins[i] == value.get(i) ? 1 : 0;
            loses[i] = 1 - wins[i];
        }
        V left = times(graph, operands.get(0), Tensor.of(DType.FLOAT64, value.shape(), wins));
        V right = times(graph, operands.get(1), Tensor.of(DType.FLOAT64, value.shape(), loses));
        return graph.apply(Ops.of("add"), List.of(left, right), Attributes.NONE);
    }

    private static <V> V times(Graph<V> graph, V x, Tensor factor) {
        return graph.apply(Ops.of("mul"), List.of(x, graph.leaf(factor, false)), Attributes.NONE);
    }

    /** An engine that goes wrong after a while is told from one that is wrong in this program. */
    @Test
    void aFindingThatANewEngineDoesNotShowIsOneOfState() {
        Engine right = new ScalarEngine();
        Supplier<Engine> fresh = () -> {
            AtomicInteger graphs = new AtomicInteger();
            Engine corrupt = new CorruptTanh(right, 1e-6);
            return new GivenEngine(
                    "worn",
                    EnumSet.of(DType.FLOAT64),
                    dtype -> (graphs.incrementAndGet() > 300 ? corrupt : right).newGraph(dtype));
        };
        Campaign campaign = new Campaign(right, new ScalarEngine(), List.of(fresh.get()), EnumSet.of(DType.FLOAT64));
        Finding found = LongStream.range(0, 600)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .findFirst()
                .orElseThrow();
        Finding small = campaign.shrink(found, fresh);
        assertThat(small.task().program().ops()).containsExactly(Ops.of("tanh"));
        assertThat(small.message())
                .contains("a fault of state: in a new engine this program agrees")
                .contains("made small from\n\n    "
                        + String.join("\n    ", found.task().program().lines()));
    }

    /** The engine gives 1 for the derivative of relu at 0, which is a convention, and NaN for relu near −¼, which is a fault. */
    @Test
    void shrinkingKeepsTheCause() {
        Engine right = new ScalarEngine();
        Engine wrong = new GivenEngine(
                "wrong", EnumSet.of(DType.FLOAT64), dtype -> wrapped(right.newGraph(dtype), CampaignTest::wrongRelu));
        Task task = new Task(
                Program.parse("y = relu(x)"),
                Map.of("x", new Input(Tensor.of(DType.FLOAT64, Shape.of(2), 1.5, -0.25), true)),
                "y",
                Tensor.full(DType.FLOAT64, Shape.of(2), 1));
        Comparison off = Comparison.of(
                Tensor.scalar(DType.FLOAT64, Double.NaN),
                Tensor.scalar(DType.FLOAT64, 0),
                new Tolerance(0, 0, "exact"));
        Finding found = new Finding(
                0, "wrong", List.of("wrong"), DType.FLOAT64, task, Quantity.value("y"), off, null, null, null);
        Finding small = new Campaign(right, new ScalarEngine(), List.of(wrong), EnumSet.of(DType.FLOAT64))
                .shrink(found, () -> wrong);
        assertThat(small.task().inputs().get("x").value().toDoubles()).contains(-0.25);
        assertThat(small.comparison().worst().actual()).isNaN();
    }

    private static <V> V wrongRelu(Graph<V> graph, Op op, List<V> operands, Attributes attributes) {
        if (op != Ops.of("relu")) {
            return graph.apply(op, operands, attributes);
        }
        Tensor value = graph.value(operands.get(0));
        double[] slopes = value.toDoubles();
        for (int i = 0; i < slopes.length; i++) {
            slopes[i] = slopes[i] == -0.25 ? Double.NaN : slopes[i] >= 0 ? 1 : 0;
        }
        return times(graph, operands.get(0), Tensor.of(DType.FLOAT64, value.shape(), slopes));
    }

    @Test
    void aFindingThatDoesNotComeAgainIsKeptAndSaysSo() {
        AtomicBoolean wrong = new AtomicBoolean(true);
        Engine right = new ScalarEngine();
        Engine corrupt = new CorruptTanh(right, 1e-6);
        Engine fickle =
                new GivenEngine("Fickle_1", right.dtypes(), dtype -> (wrong.get() ? corrupt : right).newGraph(dtype));
        Campaign campaign = new Campaign(right, new ScalarEngine(), List.of(fickle), EnumSet.of(DType.FLOAT64));
        Finding found = LongStream.range(0, 200)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .findFirst()
                .orElseThrow();
        assertThat(found.id()).isEqualTo("fuzz-" + found.seed() + "-fickle-1-float64");
        wrong.set(false);
        Finding kept = campaign.shrink(found, () -> fickle);
        assertThat(kept.task()).isEqualTo(found.task());
        assertThat(kept.message()).contains("run again, the same program agrees");
    }

    /** The twin refuses tanh: its programs are counted and told, and the others are compared. */
    @Test
    void whatTheTwinRefusesIsToldAndDoesNotEndTheCampaign() {
        Engine right = new ScalarEngine();
        Engine refusing = new GivenEngine(
                "refusing",
                EnumSet.of(DType.FLOAT64),
                dtype -> wrapped(right.newGraph(dtype), (graph, op, x, at) -> {
                    if (op == Ops.of("tanh")) {
                        throw new IllegalArgumentException("no tanh today");
                    }
                    return graph.apply(op, x, at);
                }));
        List<Examination> all = run(refusing, List.of(right), EnumSet.of(DType.FLOAT64), 0, 200);
        Tally tally = Tally.of(all);
        assertThat(tally.twinFaults()).isPositive();
        assertThat(tally.passes()).isTrue();
        assertThat(tally.inWords(0))
                .contains("  " + tally.twinFaults()
                        + " runs in which the twin refused the program, or was off and the engine was not");
        assertThat(all)
                .flatExtracting(Examination::twinFaults)
                .allSatisfy(fault -> assertThat(fault.message())
                        .startsWith("the twin is wrong in the program of seed " + fault.seed()
                                + " (float64): it is refused: ")
                        .contains("no tanh today")
                        .contains("tanh("));
    }

    /** Some probes point an index to nothing: it is a finding if an engine takes another row. */
    @Test
    void anIndexThatIsClippedAndNotRefusedIsFound() {
        Engine right = new ScalarEngine();
        Supplier<Engine> clipping = () -> new Engine() {
            @Override
            public String name() {
                return "clipping";
            }

            @Override
            public Set<DType> dtypes() {
                return EnumSet.of(DType.FLOAT64);
            }

            @Override
            public boolean claimsPyTorch() {
                return true;
            }

            @Override
            public Graph<?> newGraph(DType dtype) {
                return wrapped(right.newGraph(dtype), CampaignTest::clipped);
            }
        };
        Campaign campaign = about("embedding", clipping.get());
        List<Finding> findings = LongStream.range(0, 300)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .toList();
        assertThat(findings).hasSizeGreaterThan(2).allSatisfy(finding -> {
            assertThat(finding.problem()).startsWith("line 1: ").endsWith(": not refused");
            assertThat(finding.suspect().ops()).contains("embedding");
        });
        Finding small = campaign.shrink(findings.get(0), clipping);
        assertThat(small.problem()).endsWith(": not refused");
        assertThat(small.suspect().ops()).containsExactly("embedding");
        assertThat(small.task().program().lines()).singleElement().asString().matches("y = embedding\\(t0, x1?\\)");
    }

    private static <V> V clipped(Graph<V> graph, Op op, List<@Nullable V> operands, Attributes attributes) {
        V indices = operands.get(0);
        if (op != Ops.of("embedding") || indices == null) {
            return graph.apply(op, operands, attributes);
        }
        Tensor given = graph.value(indices);
        int last = graph.value(Objects.requireNonNull(operands.get(1))).shape().dim(0) - 1;
        long[] clipped = Arrays.stream(given.toDoubles())
                .mapToLong(x -> Math.max(0, Math.min((long) x, last)))
                .toArray();
        return graph.apply(
                op,
                Arrays.asList(graph.leaf(Tensor.indices(given.shape(), clipped), false), operands.get(1)),
                attributes);
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
    void everyWrongTanhAmongTheProgramsOfSeedsFrom0To1199IsFound() {
        Engine right = new ScalarEngine();
        Campaign campaign = new Campaign(
                right, new ScalarEngine(), List.of(new CorruptTanh(right, 1e-6)), EnumSet.of(DType.FLOAT64));
        int with = 0;
        int found = 0;
        for (long seed = 0; seed < 1200; seed++) {
            boolean has = campaign.program(seed).program().ops().contains(Ops.of("tanh"));
            boolean wrong = !campaign.examine(seed).findings().isEmpty();
            assertThat(wrong && !has).as("seed %s", seed).isFalse();
            with += has ? 1 : 0;
            found += wrong ? 1 : 0;
        }
        assertThat(with).isGreaterThan(10);
        assertThat(found).isGreaterThan(with / 2);
    }

    /** Probes of engines of others have numbers of which the reference makes nothing moderate: what is wrong there is wrong again. */
    @Test
    void whatTheReferenceCannotJudgeIsNotCalledUnrepeatable() {
        Engine right = new ScalarEngine();
        Engine wrong = new CorruptTanh(right, 1e-3);
        Engine stranger = new GivenEngine("stranger", right.dtypes(), wrong::newGraph) {
            @Override
            public boolean claimsPyTorch() {
                return false;
            }
        };
        Campaign campaign = about("tanh", stranger);
        List<Finding> found = LongStream.range(0, 400)
                .mapToObj(campaign::examine)
                .flatMap(examination -> examination.findings().stream())
                .filter(finding ->
                        Arrays.stream(finding.task().cotangent().toDoubles()).anyMatch(x -> Math.abs(x) > 1e6))
                .limit(3)
                .toList();
        assertThat(found)
                .hasSize(3)
                .allSatisfy(finding -> assertThat(
                                campaign.shrink(finding, () -> stranger).message())
                        .doesNotContain("run again"));
    }

    /** Programs of one op, on an engine beside a right one. */
    private static Campaign about(String op, Engine engine) {
        return new Campaign(
                new ScalarEngine(),
                new ScalarEngine(),
                List.of(engine),
                ProgramTypes.each(EnumSet.of(DType.FLOAT64)),
                Corpus.NONE,
                Set.of(Ops.of(op)),
                Set.of());
    }

    /** In float64 PyTorch has 1/6 as a float. */
    @Test
    void anOpIsNotComparedInATypeInWhichPyTorchIsOff() {
        Campaign campaign = new Campaign(
                new TorchEngine(),
                new ScalarEngine(),
                List.of(new MatrixEngine()),
                ProgramTypes.each(EnumSet.of(DType.FLOAT32, DType.FLOAT64)),
                Corpus.NONE,
                Set.of(Ops.of("hardsigmoid")),
                Set.of());
        for (long seed = 1; seed < 50; seed++) {
            Examination examination = campaign.examine(seed);
            assertThat(examination.findings()).isEmpty();
            assertThat(examination.twinFaults()).isEmpty();
            assertThat(examination.checks()).isPositive();
        }
    }

    @Test
    void aCampaignOfOpsThatNoProgramHasIsRefused() {
        assertThatThrownBy(() -> new Campaign(
                        new TorchEngine(),
                        new ScalarEngine(),
                        List.of(new MatrixEngine()),
                        ProgramTypes.each(Set.of(DType.FLOAT64)),
                        Corpus.NONE,
                        Set.of(Ops.byOperator("==", 2)),
                        Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no op is left");
    }
}
