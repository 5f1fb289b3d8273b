package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.cli.Cli;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Convention;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine's own answer at a kink is a convention where its op's file names it, and everything else that is off a fault. */
public class ConventionsTest {
    private static final Engine TWIN = new TorchEngine();

    /** Ops of which conventions are about values, too. */
    private static final Set<String> OF_VALUES = Set.of("pow", "sign");

    /** An op, a program of it, and numbers for x: at kinks, then away from them. */
    private static final String TABLE = """
            abs                 | abs(x)                              | -1 0 2 NaN | -1 0.5 2
            relu                | relu(x)                             | -1 0 2 NaN | -1 0.5 2
            leaky_relu          | leaky_relu(x, 0.25)                 | -1 0 2 NaN | -1 0.5 2
            elu                 | elu(x, 0.5)                         | -1 0 2 NaN | -1 0.5 2 100 Infinity -Infinity
            selu                | selu(x)                             | -1 0 2 NaN | -1 0.5 2
            celu                | celu(x, 0.5)                        | -1 NaN 2      | -1 0.5 2
            prelu               | prelu(x, w)                         | -1 0 2        | -1 0.5 2
            hardtanh            | hardtanh(x, -1, 2)                  | -1 0 2 3 NaN | -2 0.5 1 3
            relu6               | relu6(x)                            | -1 0 6 7 NaN | -1 0.5 5 7
            hardsigmoid         | hardsigmoid(x)                      | -4 -3 3 4 NaN | -4 -2 2 4
            hardswish           | hardswish(x)                        | -3 3 -3 3 -3 3 NaN | -4 -2 2 4
            softshrink          | softshrink(x, 1)                    | -2 -1 1 2     | -2 -0.5 0.5 2
            maximum             | maximum(x, w)                       | -1 1.5 2 NaN | -1 0.5 2
            minimum             | minimum(x, w)                       | -1 1.5 2 NaN | -1 0.5 2
            clamp               | clamp(x, -1, 2)                     | -2 -1 0 2 3 NaN | -2 0 1 3
            clamp_tensor        | clamp(x, w, 2*w)                    | 1 1.5 2 3 4   | 1 2 4
            amax                | amax(x)                             | 2 1 2         | 2 1 0
            amin                | amin(x)                             | 1 2 1         | 2 1 0
            max                 | max(x, 0)[0]                        | 2 1 2         | 2 1 0
            min                 | min(x, 0)[0]                        | 1 2 1         | 2 1 0
            sort                | sort(x, 0)[0]                       | 2 1 2 0       | 2 1 0
            topk                | topk(x, 2, 0)[0]                    | 2 1 2 2 2     | 2 1 0
            median              | median(x, 0)[0]                     | 1 1 0         | 2 1 0
            norm                | norm(x)                             | 0 0           | 3 4
            hypot               | hypot(x, 0*w)                       | 0 2           | 1 2
            atan2               | atan2(x, 0*w)                       | 0 2           | 1 2
            std                 | std(x)                              | 1 1           | 1 2
            var                 | var(x, 0, correction=3)             | 1 2           | 1 2 4 5
            sqrt                | sqrt(x)                             | -0.0 -Infinity | 0.0 4
            rsqrt               | rsqrt(x)                            | -0.0          | 0.0 4
            sign                | sign(x)                             | -1 NaN        | -1 0 2
            pow                 | x ** 0.5                            | -0.0 -Infinity | 0.0 4
            """;

    static Stream<String[]> table() {
        return TABLE.lines().map(line -> line.split(" *\\| *"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void aConventionDiffersFromPyTorchAtTheKinkAlone(String id, String expression, String kinks, String ordinary) {
        // PyTorch does not always do the same at a kink, and not in every version; the matrix engine does as the
        // newest.
        for (Convention convention : op(id).conventions()) {
            assertThat(off(convention, expression, kinks, List.of(TWIN, new MatrixEngine())))
                    .as("%s, at the kink", convention)
                    .isNotEmpty()
                    .allMatch(quantity -> quantity.kind() == Quantity.Kind.GRAD || OF_VALUES.contains(id));
            assertThat(off(convention, expression, ordinary, List.of(TWIN)))
                    .as("%s, elsewhere", convention)
                    .isEmpty();
        }
    }

    @Test
    void theTableHoldsEveryOpWithConventions() {
        assertThat(table().map(row -> row[0]))
                .containsExactlyInAnyOrderElementsOf(Ops.all().stream()
                        .filter(op -> !op.conventions().isEmpty())
                        .map(Op::id)
                        .toList());
    }

    private static Op op(String id) {
        return Ops.all().stream().filter(op -> op.id().equals(id)).findFirst().orElseThrow();
    }

    /** What a convention makes another number of than one of some engines, in either type. */
    private static Set<Quantity> off(Convention convention, String expression, String numbers, List<Engine> engines) {
        double[] x =
                Stream.of(numbers.split(" ")).mapToDouble(Double::parseDouble).toArray();
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", new Input(Tensor.of(DType.FLOAT64, Shape.of(x.length), x), true));
        inputs.put("w", new Input(Tensor.of(DType.FLOAT64, Shape.of(1), 1.5), true));
        Program program = Program.parse(List.of("f = " + expression, "y = sum(cumsum(f, 0)) + sum(w)"));
        Task task = new Task(program, inputs, "y", Tensor.scalar(DType.FLOAT64, 1));
        Set<Quantity> off = new HashSet<>();
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            Tolerance close = new Tolerance(dtype == DType.FLOAT32 ? 1e-5 : 1e-14, 0, "two formulas of the same");
            Evaluation actual = Evaluator.evaluate(Conventions.by(TWIN, convention), task, dtype);
            for (Engine engine : engines) {
                Evaluator.evaluate(engine, task, dtype).quantities().forEach((quantity, tensor) -> {
                    if (!Comparison.of(actual.get(quantity), tensor, close).agrees()) {
                        off.add(quantity);
                    }
                });
            }
        }
        return off;
    }

    /** An engine whose gradient of elu at NaN is NaN. */
    public static final class NanAtNan extends GivenEngine {
        public NanAtNan() {
            super("nan-at-nan", dtype -> {
                Convention nan = op("elu").conventions().stream()
                        .filter(convention -> convention.where().equals("at NaN"))
                        .findFirst()
                        .orElseThrow();
                return Conventions.by(new MatrixEngine(), nan).newGraph(dtype);
            });
        }
    }

    /** Where the PyTorch that runs and the one that recorded differ, as over elu of tiny numbers, no convention has moved anything. */
    @Test
    void whatPyTorchsVersionsChangedIsNoContradiction() {
        assertThat(Verifier.trials(new NanAtNan(), "op/elu-alpha-3")
                        .flatMap(trial -> trial.checks().stream())
                        .map(Check::verdict))
                .contains(Verdict.CONVENTION)
                .doesNotContain(Verdict.DISAGREE);
    }

    /** An engine whose gradient of abs at 0 is 1. */
    public static final class OneAtZero extends GivenEngine {
        public OneAtZero() {
            super("one-at-zero", dtype -> graph(new MatrixEngine().newGraph(dtype), "where(input < 0, -1, 1)", dtype));
        }
    }

    @TempDir
    private Path folder;

    @Test
    void conventionsAreCountedByThemselvesAndPassTheRun() {
        Cli cli = Cli.run(
                "verify",
                "--case",
                "op/abs-kink",
                "--engine",
                OneAtZero.class.getName(),
                "--report",
                folder.toString());

        assertThat(cli.exit()).isZero();
        assertThat(cli.out())
                .contains("one-at-zero 8 agree, 4 convention")
                .contains("  convention 4 of op/abs-kink on one-at-zero: abs at 0: gradient 1");
        RunReport report = ReportFiles.read(folder.resolve("report.json"));
        assertThat(report.summary().convention()).isEqualTo(4);
        assertThat(report.passes()).isTrue();
        assertThat(folder.resolve("index.html"))
                .content()
                .contains("but for 4 checks with a convention of the engine")
                .containsPattern("<caption>Checks that differ by a convention, by engine</caption>.*<td>4</td></tr>");
    }

    /** An engine whose gradient of abs is a function of x; losses are made of abs. */
    private static Engine withSlopeOfAbs(String slope) {
        return new GivenEngine("own-abs", dtype -> graph(new MatrixEngine().newGraph(dtype), slope, dtype));
    }

    private static <V> Graph<V> graph(Graph<V> graph, String slope, DType dtype) {
        Program abs = Program.parse(
                List.of("f = abs(input)", "value = detach(f) + (" + slope + ") * (input - detach(input))"));
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                List<@Nullable Type> types = new ArrayList<>();
                for (V operand : operands) {
                    Tensor value = operand == null ? null : graph.value(operand);
                    types.add(value == null ? null : new Type(value.dtype(), value.shape(), false));
                }
                Call call = new Call(op, types, attributes);
                return switch (op.id()) {
                    case "abs" -> Lowering.apply(graph, call, abs, operands, dtype);
                    case "l1_loss" -> Lowering.apply(this, call, operands, dtype);
                    default -> graph.apply(op, operands, attributes);
                };
            }
        };
    }

    private static List<Check> checks(Engine engine, String glob) {
        return Verifier.trials(engine, glob)
                .flatMap(trial -> trial.checks().stream())
                .filter(check -> check.verdict() != Verdict.AGREE)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            op/abs-kink      | where(input < 0, -1, 1)  | abs at 0: gradient 1
            op/abs-kink      | where(input > 0, 1, -1)  | abs at 0: gradient -1
            op/l1-loss-equal | where(input < 0, -1, 1)  | abs at 0: gradient 1
            """)
    void anAnswerThatTheOpsFileNamesIsAConvention(String name, String slope, String reason) {
        assertThat(checks(withSlopeOfAbs(slope), name)).isNotEmpty().allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.CONVENTION);
            assertThat(check.reason()).isEqualTo(reason);
            assertThat(check.failsGate()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            op/abs-kink | where(input == 0, 2, sign(input))                            | another number at the kink
            op/abs-kink | where(input == 0, 0, where(input < 0, -0.5, 0.5)) | off beside the kink
            op/abs-kink | where(input < 0, -1, where(input == 0, 1, 1.001))            | a convention, and off elsewhere
            """)
    void everythingElseIsAFault(String name, String slope, String why) {
        assertThat(checks(withSlopeOfAbs(slope), name)).as(why).isNotEmpty().allSatisfy(check -> {
            assertThat(check.verdict()).isEqualTo(Verdict.DISAGREE);
            assertThat(check.failsGate()).isTrue();
        });
    }
}
