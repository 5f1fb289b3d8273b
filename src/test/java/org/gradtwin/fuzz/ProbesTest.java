package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProbesTest {
    private static final Engine REFERENCE = new ScalarEngine();
    private static final Set<String> VIEWS = Set.of("transpose_dims", "transpose", "index", "expand");

    private static Probes probes(boolean special, Op... ops) {
        return new Probes(REFERENCE, ops.length == 0 ? ProgramGenerator.drawn() : List.of(ops), Support.ALL, special);
    }

    private static List<Task> tasks(Probes probes, int seeds) {
        return LongStream.range(0, seeds)
                .mapToObj(probes::generate)
                .flatMap(Optional::stream)
                .map(Drawn::task)
                .toList();
    }

    /** The call, or the two that are added up. */
    private static List<Apply> calls(Task task) {
        Apply whole = (Apply) task.program().statements().get(0).expr();
        List<Apply> parts = whole.operands().stream()
                .filter(Apply.class::isInstance)
                .map(Apply.class::cast)
                .toList();
        boolean twice = whole.op().id().equals("add")
                && parts.size() == 2
                && parts.stream()
                        .anyMatch(part -> !VIEWS.contains(part.op().id())
                                || part.operands().get(0) instanceof Apply);
        return twice ? parts : List.of(whole);
    }

    private static List<@Nullable Expr> operands(Task task) {
        return calls(task).stream().flatMap(call -> call.operands().stream()).collect(Collectors.toList());
    }

    /** As they are in float32; what is subnormal in float64 is 0 there. */
    private static double[] inFloat32(Tensor value) {
        return Arrays.stream(value.toDoubles())
                .map(x -> Math.abs(x) < Double.MIN_NORMAL ? x : (float) x)
                .toArray();
    }

    @Test
    void aProbeIsACallOfOneOpOfLeavesAndViewsOfThem() {
        for (Task task : tasks(probes(true), 200)) {
            assertThat(Program.parse(task.program().lines())).isEqualTo(task.program());
            assertThat(task.program().statements()).hasSize(1);
            assertThat(task.inputs().keySet()).isEqualTo(task.program().inputs());
            for (Expr operand : operands(task)) {
                if (operand instanceof Apply view) {
                    assertThat(VIEWS).contains(view.op().id());
                    assertThat(view.operands().get(0)).isInstanceOf(Expr.Name.class);
                }
            }
            task.inputs().values().stream()
                    .map(Input::value)
                    .filter(value -> value.dtype().isFloating())
                    .forEach(value -> assertThat(inFloat32(value)).isEqualTo(value.toDoubles()));
        }
    }

    @Test
    void theSameSeedGivesTheSameTask() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(probes(true).generate(seed).map(Drawn::task))
                    .isEqualTo(probes(true).generate(seed).map(Drawn::task));
        }
    }

    @Test
    void everyOpHasProbes() {
        List<String> without = new ArrayList<>();
        for (Op op : ProgramGenerator.drawn()) {
            if (tasks(probes(true, op), 5).isEmpty()) {
                without.add(op.id());
            }
        }
        assertThat(without).isEmpty();
    }

    @Test
    void probesHaveLongOperandsViewsSpecialNumbersAndCotangents() {
        Map<String, Integer> seen = new TreeMap<>();
        for (Task task : tasks(probes(true), 1000)) {
            Set<String> here = new LinkedHashSet<>();
            for (Expr operand : operands(task)) {
                here.add(operand instanceof Apply view ? view.op().id() : "leaf");
            }
            for (Input input : task.inputs().values()) {
                int size = input.value().size();
                here.add(
                        size > 1000
                                ? "more than 1000"
                                : size > 256 ? "more than 256" : size > 32 ? "more than 32" : "few");
                Arrays.stream(input.value().toDoubles()).forEach(x -> {
                    if (Double.isNaN(x) || Double.isInfinite(x) || x == 0) {
                        here.add(Double.toString(x));
                    }
                });
            }
            double[] cotangent = task.cotangent().toDoubles();
            Arrays.stream(cotangent).filter(x -> !Double.isFinite(x)).forEach(x -> here.add("cotangent " + x));
            double sum = Arrays.stream(cotangent).sum();
            long zeros = Arrays.stream(cotangent).filter(x -> x == 0).count();
            if (cotangent.length > 2) {
                here.add(
                        sum == 1 && zeros == cotangent.length - 1
                                ? "one-hot"
                                : sum == cotangent.length ? "ones" : sum > 1e5 ? "huge" : "cotangent");
            }
            here.forEach(what -> seen.merge(what, 1, Integer::sum));
        }
        assertThat(seen)
                .containsKeys("transpose_dims", "index", "expand", "leaf", "more than 1000", "more than 256")
                .containsKeys("more than 32", "NaN", "Infinity", "-Infinity", "0.0", "-0.0", "one-hot", "ones", "huge")
                .containsKeys("cotangent NaN", "cotangent Infinity", "cotangent -Infinity")
                .allSatisfy((what, times) -> assertThat(times).as(what).isGreaterThan(4));
    }

    /** What an attribute is in probes of an op. */
    private static List<@Nullable Object> values(String op, String attribute) {
        return tasks(probes(true, Ops.of(op)), 600).stream()
                .map(task -> calls(task).get(0).attributes().get(attribute))
                .collect(Collectors.toList());
    }

    /** What the operand at a position of an op is in probes, as text; "null" if it is absent. */
    private static Set<String> operands(String op, int position) {
        return tasks(probes(true, Ops.of(op)), 600).stream()
                .map(task -> String.valueOf(calls(task).get(0).operands().get(position)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The calls that the ops' files give have none of them. */
    @Test
    void attributesAndRanksAreVaried() {
        assertThat(values("conv2d", "dilation")).contains(3);
        assertThat(values("conv2d", "padding")).contains(3).hasAtLeastOneElementOfType(List.class);
        assertThat(values("tile", "dims")).contains(List.of(2, 3));
        assertThat(operands("cross_entropy", 1)).contains("x1", "t1");
        assertThat(ranks("gather")).contains(2, 3, 4);
        assertThat(ranks("cross_entropy")).contains(1, 2, 3, 4);
        assertThat(ranks("mm")).containsExactly(2);
    }

    /** Of the first input of its probes. */
    private static Set<Integer> ranks(String op) {
        return tasks(probes(true, Ops.of(op)), 600).stream()
                .map(task -> task.inputs().get("x0"))
                .flatMap(Stream::ofNullable)
                .map(input -> input.value().shape().rank())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** An engine with answers of its own at kinks is asked nothing there. */
    @Test
    void probesAwayFromKinksAreFiniteAndSmooth() {
        Op relu = Ops.of("relu");
        assertThat(tasks(probes(false, relu), 100))
                .isNotEmpty()
                .allSatisfy(task -> assertThat(
                                task.inputs().values().iterator().next().value())
                        .matches(x -> Arrays.stream(x.toDoubles()).allMatch(Double::isFinite)));
        assertThat(tasks(probes(true, relu), 100))
                .anySatisfy(task -> assertThat(
                                task.inputs().values().iterator().next().value().toDoubles())
                        .contains(0));
    }

    @Test
    void noProbeIsAtOperandsWithoutOneAnswer() {
        Op shrink = Ops.of("hardshrink");
        Op median = Ops.of("median");
        assertThat(tasks(probes(true, shrink), 200))
                .allSatisfy(task -> assertThat(
                                task.inputs().values().iterator().next().value().toDoubles())
                        .doesNotContain(Double.NaN));
        assertThat(tasks(probes(true, median), 50))
                .isNotEmpty()
                .allSatisfy(task -> assertThat(operands(task)).hasOnlyElementsOfType(Expr.Name.class));
    }

    /** PyTorch's backward reads a weight with strides as if it had none, and looks for the largest of a window outside of it. */
    @Test
    void noProbeIsWherePyTorchGoesAstray() {
        assertThat(operands("batch_norm", 3)).contains("x1", "null").allMatch(weight -> weight.matches("x[0-9]|null"));
        assertThat(values("max_pool2d", "dilation")).contains(3);
        for (Task task : tasks(probes(true, Ops.of("max_pool2d")), 600)) {
            boolean finite = Arrays.stream(
                            task.inputs().values().iterator().next().value().toDoubles())
                    .allMatch(x -> x > Double.NEGATIVE_INFINITY);
            if (finite) {
                Tensor value = Evaluator.evaluate(REFERENCE, task, DType.FLOAT64)
                        .get(Quantity.value("y"))
                        .orElseThrow();
                assertThat(value.toDoubles()).doesNotContain(Double.NEGATIVE_INFINITY);
            }
        }
    }

    /** The reference refuses them; all others it runs, and where an op has no one answer to infinities no cotangent has one. */
    @Test
    void someProbesPointAnIndexToNothing() {
        Engine reference = new ScalarEngine();
        List<Task> refused = tasks(probes(true, Ops.of("embedding")), 300).stream()
                .filter(task -> {
                    try {
                        Evaluator.evaluate(reference, task, DType.FLOAT64);
                        return false;
                    } catch (EvaluationException e) {
                        return true;
                    }
                })
                .toList();
        assertThat(refused)
                .hasSizeBetween(5, 60)
                .allSatisfy(task -> assertThat(task.inputs().values())
                        .filteredOn(input -> input.value().dtype() == DType.INT64)
                        .singleElement()
                        .matches(input -> Arrays.stream(input.value().toDoubles())
                                        .filter(x -> x == 6000 || x == -6001)
                                        .count()
                                == 1));
        assertThat(tasks(probes(true, Ops.of("logcumsumexp")), 200))
                .isNotEmpty()
                .allSatisfy(task ->
                        assertThat(Arrays.stream(task.cotangent().toDoubles())).allMatch(Double::isFinite));
    }

    /** An op that counts modulo the size takes any index, and PyTorch of another version refuses it: none is left there. */
    @Test
    void anIndexIsMisplacedOnlyWhereItIsRefused() {
        Op op = Ops.of("take_along_dim");
        for (Task task : tasks(probes(true, op), 300)) {
            boolean along = calls(task).get(0).attributes().get("dim") != null;
            task.inputs().values().stream()
                    .map(Input::value)
                    .filter(value -> along && value.dtype() == DType.INT64)
                    .forEach(indices -> assertThat(indices.toLongs()).doesNotContain(6_000, -6_001));
        }
    }

    /** A leaf that stands for a target, too, has none of the numbers that a weight may have. */
    @Test
    void aLeafInTwoPlacesHasNumbersForBoth() {
        for (Task task : tasks(probes(true, Ops.of("binary_cross_entropy")), 600)) {
            Apply call = calls(task).get(0);
            if (call.operands().size() > 2
                    && call.operands().get(1) instanceof Expr.Name target
                    && target.equals(call.operands().get(2))) {
                Tensor given =
                        Objects.requireNonNull(task.inputs().get(target.name())).value();
                assertThat(Arrays.stream(given.toDoubles())).allMatch(x -> x >= 0 && x <= 1);
            }
        }
    }
}
