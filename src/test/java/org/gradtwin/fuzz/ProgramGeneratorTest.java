package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ProgramGeneratorTest {
    private static final int SEEDS = 400;
    private static final ProgramGenerator GENERATOR = new ProgramGenerator(new ScalarEngine());

    @Test
    void programsPrintBackAndInferAndEvaluateForSeedsFrom0To399() {
        Set<Op> seen = new LinkedHashSet<>();
        int diamonds = 0;
        int nested = 0;
        int empty = 0;
        int dangling = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Task task = GENERATOR.generate(seed);
            Program program = task.program();
            assertThat(Program.parse(program.lines())).as("seed %s", seed).isEqualTo(program);
            assertThat(task.inputs().keySet()).as("seed %s", seed).isEqualTo(program.inputs());
            assertThat(task.types(DType.FLOAT32).keySet())
                    .isEqualTo(task.types(DType.FLOAT64).keySet());
            Evaluation evaluation = Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64);
            assertThat(Draft.isModerate(evaluation, 1e6, 1e6))
                    .as("seed %s", seed)
                    .isTrue();
            seen.addAll(program.ops());
            List<Statement> statements = program.statements();
            for (String name : task.types(DType.FLOAT64).keySet()) {
                int uses = statements.stream()
                        .mapToInt(s -> Inliner.uses(s.expr(), name))
                        .sum();
                diamonds += uses > 1 ? 1 : 0;
                dangling += uses == 0 && !name.equals(task.root()) ? 1 : 0;
            }
            nested += statements.stream().anyMatch(s -> isNested(s.expr())) ? 1 : 0;
            empty += task.inputs().values().stream().anyMatch(i -> i.value().size() == 0) ? 1 : 0;
        }
        assertThat(seen)
                .containsExactlyInAnyOrderElementsOf(ProgramGenerator.drawn().stream()
                        .filter(Op::isDrawnAmongOthers)
                        .toList());
        assertThat(diamonds).isGreaterThan(SEEDS / 4);
        assertThat(nested).isGreaterThan(SEEDS / 4);
        assertThat(dangling).isGreaterThan(SEEDS / 20);
        assertThat(empty).isGreaterThan(0);
    }

    private static boolean isNested(Expr expr) {
        return expr instanceof Apply apply && apply.operands().stream().anyMatch(Apply.class::isInstance);
    }

    @Test
    void theSameSeedGivesTheSameTask() {
        for (long seed = 0; seed < 20; seed++) {
            assertThat(GENERATOR.generate(seed)).isEqualTo(new ProgramGenerator(new ScalarEngine()).generate(seed));
        }
        assertThat(GENERATOR.generate(0).program())
                .isNotEqualTo(GENERATOR.generate(1).program());
    }

    @Test
    void valuesAreTheSameInBothTypes() {
        for (long seed = 0; seed < 50; seed++) {
            for (Input input : GENERATOR.generate(seed).inputs().values()) {
                if (input.value().dtype().isFloating()) {
                    assertThat(input.in(DType.FLOAT32).toDoubles())
                            .isEqualTo(input.value().toDoubles());
                }
            }
        }
    }

    @Test
    void everyOpIsGeneratedOnItsOwn() {
        for (Op op : ProgramGenerator.drawn()) {
            Task task = new ProgramGenerator(new ScalarEngine(), List.of(op), 3).generate(7);
            assertThat(task.program().ops()).contains(op);
        }
    }

    /** Every application of an op in the programs of those seeds, with the task. */
    private static void forEachApplication(long seeds, BiConsumer<Task, Apply> action) {
        forEachApplication(seeds, () -> false, action);
    }

    private static void forEachApplication(long seeds, BooleanSupplier enough, BiConsumer<Task, Apply> action) {
        for (long seed = 0; seed < seeds && !enough.getAsBoolean(); seed++) {
            Task task = GENERATOR.generate(seed);
            task.program().statements().forEach(statement -> visit(statement.expr(), task, action));
        }
    }

    private static void visit(@Nullable Expr expr, Task task, BiConsumer<Task, Apply> action) {
        if (expr instanceof Apply apply) {
            action.accept(task, apply);
            apply.operands().forEach(operand -> visit(operand, task, action));
        }
    }

    private static Optional<Input> leaf(Task task, @Nullable Expr expr) {
        return expr instanceof Expr.Name name
                ? Optional.ofNullable(task.inputs().get(name.name()))
                : Optional.empty();
    }

    private static boolean tied(Tensor tensor) {
        return Arrays.stream(tensor.toDoubles()).distinct().count() < tensor.size();
    }

    /** What no case of the corpus noticed for long. */
    @Test
    void programsHaveWeightsOfClassesProductsWithTheOwnTransposeEqualLeavesAndTies() {
        Map<String, Integer> seen = new TreeMap<>();
        BooleanSupplier enough =
                () -> seen.size() == 8 && seen.values().stream().allMatch(times -> times > 2);
        forEachApplication(3000, enough, (task, apply) -> {
            List<@Nullable Expr> operands = apply.operands();
            List<Optional<Input>> leaves =
                    operands.stream().map(operand -> leaf(task, operand)).toList();
            boolean equal = leaves.size() == 2
                    && !Objects.equals(operands.get(0), operands.get(1))
                    && leaves.get(0).isPresent()
                    && leaves.get(1).isPresent()
                    && leaves.get(0).get().value().equals(leaves.get(1).get().value())
                    && leaves.get(0).get().value().size() > 1;
            switch (apply.op().id()) {
                case "nll_loss", "cross_entropy", "binary_cross_entropy_with_logits" -> {
                    seen.merge("weights of " + apply.op().id(), operands.get(2) == null ? 0 : 1, Integer::sum);
                }
                case "matmul" -> {
                    boolean own = operands.get(1) instanceof Apply turned
                            && turned.op() == Ops.of("transpose")
                            && Objects.equals(turned.operands().get(0), operands.get(0));
                    seen.merge("x @ x.T", own ? 1 : 0, Integer::sum);
                }
                case "cat" -> {
                    boolean mixed = leaves.stream().anyMatch(Optional::isPresent)
                            && leaves.stream().anyMatch(Optional::isEmpty);
                    seen.merge("cat of a leaf and a computed value", mixed ? 1 : 0, Integer::sum);
                }
                case "amax", "amin" -> {
                    seen.merge(
                            "ties in one",
                            leaves.get(0).filter(x -> tied(x.value())).isPresent() ? 1 : 0,
                            Integer::sum);
                }
                case "maximum", "minimum" -> seen.merge("ties between two", equal ? 1 : 0, Integer::sum);
                default -> seen.merge("equal leaves", equal ? 1 : 0, Integer::sum);
            }
        });
        assertThat(seen)
                .hasSize(8)
                .allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(2));
    }

    @Test
    void noProgramNamesADimensionOfANumber() {
        int[] numbers = {0};
        forEachApplication(400, (task, apply) -> {
            if (leaf(task, apply.operands().get(0))
                    .filter(input -> input.value().shape().rank() == 0)
                    .isPresent()) {
                numbers[0]++;
                assertThat(apply.attributes().has("dim") && apply.attributes().get("dim") != null)
                        .as("%s", apply)
                        .isFalse();
            }
        });
        assertThat(numbers[0]).isGreaterThan(50);
    }

    private static Engine doing(UnaryOperator<Op> tanh) {
        return new GivenEngine("poor", dtype -> doing(new ScalarEngine().newGraph(dtype), tanh));
    }

    private static <V> Graph<V> doing(Graph<V> graph, UnaryOperator<Op> tanh) {
        return new ForwardingGraph<>(graph) {
            @Override
            public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                return graph.apply(op == Ops.of("tanh") ? tanh.apply(op) : op, operands, attributes);
            }
        };
    }

    /** Such as one that got a row in the table, and nothing else yet. */
    @Test
    @Timeout(60)
    void anOpThatNobodyCanBuildIsRefusedInALine() {
        Engine lacking = doing(op -> {
            throw new UnsupportedOpException(op, "not expanded");
        });
        assertThatThrownBy(() -> new ProgramGenerator(lacking, List.of(Ops.of("tanh")), 3).generate(0))
                .isInstanceOf(EngineUnavailableException.class)
                .hasMessage("no program can be made with tanh: the engine that judges programs, poor, lacks it"
                        + " (tanh: not expanded)");
        Engine refusing = doing(op -> {
            throw new IllegalArgumentException("tanh takes nothing");
        });
        assertThatThrownBy(() -> new ProgramGenerator(refusing, List.of(Ops.of("tanh")), 3).generate(0))
                .isInstanceOf(EngineUnavailableException.class)
                .hasMessageStartingWith(
                        "no program can be made with tanh: 500 attempts were turned down, the last because: ");
    }

    @Test
    void refusesToGenerateNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProgramGenerator(new ScalarEngine(), List.of(), 3))
                .withMessage("a generator needs ops and statements, not 0 and 3");
    }
}
