package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Faults that the corpus once let pass, each with the case that was written for it. */
class BlindSpotsTest {
    private static final int BLOCK = 64;
    private static final int MANY = 1030;

    private static void requireNoticed(Engine engine, String name) {
        NamedCase named = Recorded.CASES.stream()
                .filter(each -> each.name().equals(name))
                .map(each -> Recorded.in(each, DType.FLOAT64))
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no case " + name));
        assertThat(verdicts(FaultyEngine.right(), named)).doesNotContain(Verdict.DISAGREE);
        assertThat(verdicts(engine, named)).as(name).contains(Verdict.DISAGREE);
    }

    private static Set<Verdict> verdicts(Engine engine, NamedCase named) {
        Set<Verdict> verdicts = EnumSet.noneOf(Verdict.class);
        Recorded.verify(engine, named).forEach(trial -> trial.checks().forEach(check -> verdicts.add(check.verdict())));
        return verdicts;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void faultIsNoticed(String what, Rule rule, Op op, String name) {
        requireNoticed(FaultyEngine.with(rule, Set.of(op)), name);
    }

    static Stream<Arguments> faultIsNoticed() {
        return Stream.of(
                arguments(
                        "x @ x.T loses a path",
                        Rule.gradients(BlindSpotsTest::loseTransposed),
                        Ops.of("matmul"),
                        "op/matmul-gram-both-paths"),
                arguments(
                        "sum(A @ x) gives A nothing",
                        Rule.gradients(BlindSpotsTest::loseUniform),
                        Ops.of("matmul"),
                        "op/matmul-sum"),
                arguments(
                        "sum(A @ B) gives A nothing",
                        Rule.gradients(BlindSpotsTest::loseUniform),
                        Ops.of("matmul"),
                        "op/matmul-sum-matrices"),
                arguments(
                        "cat forgets leaves beside computed values",
                        Rule.gradients(BlindSpotsTest::loseLeaves),
                        Ops.of("cat"),
                        "op/cat-computed"),
                arguments(
                        "cat forgets leaves beside computed values",
                        Rule.gradients(BlindSpotsTest::loseLeaves),
                        Ops.of("cat"),
                        "op/cat-computed-columns"),
                arguments(
                        "ties are counted in half precision",
                        Rule.gradient(0, BlindSpotsTest::halfTies),
                        Ops.of("amax"),
                        "op/amax-ties-many"),
                arguments(
                        "ties are counted in half precision",
                        Rule.gradient(0, BlindSpotsTest::halfTies),
                        Ops.of("amin"),
                        "op/amin-ties-many"),
                arguments(
                        "an index of no dimension passes nothing",
                        Rule.gradients(BlindSpotsTest::loseNumberIndex),
                        Ops.of("index"),
                        "op/index-scalar-tensor"),
                arguments(
                        "alpha 0 is taken for none given",
                        Rule.slope((x, y, right, g) -> x > 0 ? right : g * Math.exp(x)),
                        Ops.of("elu"),
                        "op/elu-alpha-zero"));
    }

    private static double[][] loseTransposed(Call call, double[] g, double[][] right) {
        Call transposed = call.operand(1).call;
        if (transposed != null && transposed.op == Ops.of("transpose") && transposed.operand(0) == call.operand(0)) {
            right[1] = null;
        }
        return right;
    }

    private static double[][] loseUniform(Call call, double[] g, double[][] right) {
        if (g.length > 1 && Arrays.stream(g).allMatch(each -> each == g[0])) {
            right[0] = null;
        }
        return right;
    }

    private static double[][] loseLeaves(Call call, double[] g, double[][] right) {
        boolean computed = call.operands.stream().anyMatch(operand -> Objects.requireNonNull(operand).call != null);
        for (int k = 0; k < right.length; k++) {
            right[k] = computed && call.operand(k).call == null ? null : right[k];
        }
        return right;
    }

    private static double[][] loseNumberIndex(Call call, double[] g, double[][] right) {
        if (call.has(1) && call.shape(1).rank() == 0) {
            right[0] = new double[right[0].length];
        }
        return right;
    }

    /** Half precision has 11 bits: it counts 2,051 as 2,052. */
    private static double[] halfTies(Call call, double[] g, double[] right) {
        long ties = Arrays.stream(right).filter(share -> share != 0).count();
        double half = ties <= 2048 ? ties : Math.rint(ties / 2.0) * 2;
        return Arrays.stream(right).map(share -> share * ties / half).toArray();
    }

    @Test
    void leavesOfEqualValueTakenForOneAreNoticed() {
        Engine interning = new GivenEngine("interning", dtype -> interning(new MatrixEngine().newGraph(dtype)));
        requireNoticed(interning, "composition/equal-leaves");
    }

    private static <V> Graph<V> interning(Graph<V> graph) {
        Map<String, V> known = new HashMap<>();
        return new ForwardingGraph<>(graph) {
            @Override
            public V leaf(Tensor value, boolean requiresGrad) {
                String key = value.dtype() + " " + value.shape() + Arrays.toString(value.toDoubles()) + requiresGrad;
                return known.computeIfAbsent(key, each -> graph.leaf(value, requiresGrad));
            }
        };
    }

    private static String fileName(Op op) {
        String id = op.id().replace('_', '-');
        return "op/" + (op == Ops.of("binary_cross_entropy_with_logits") ? "bce" : id);
    }

    static Stream<Op> differentiable() {
        return Ops.all().stream().filter(op -> op.isDifferentiable() && !op.isStepwise());
    }

    /** What is behind the last whole block of 64 gets no gradient. */
    @ParameterizedTest
    @MethodSource("differentiable")
    void lostTailIsNoticed(Op op) {
        Rule rule = Rule.gradients((call, g, right) -> {
            for (double[] part : right) {
                if (part != null && part.length > MANY) {
                    Arrays.fill(part, part.length / BLOCK * BLOCK, part.length, 0);
                }
            }
            return right;
        });
        requireNoticed(FaultyEngine.with(rule, Set.of(op)), fileName(op) + "-many");
    }

    /** Whatever is not finite in the cotangent is taken for the largest number or for 0. */
    @ParameterizedTest
    @MethodSource("differentiable")
    void clippedCotangentIsNoticed(Op op) {
        Rule rule = new Rule() {
            @Override
            public double[][] gradients(Call call, double[] cotangent) {
                return call.gradients(Arrays.stream(cotangent)
                        .map(g -> Double.isNaN(g) ? 0 : Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, g)))
                        .toArray());
            }
        };
        requireNoticed(FaultyEngine.with(rule, Set.of(op)), fileName(op) + "-wild");
    }
}
