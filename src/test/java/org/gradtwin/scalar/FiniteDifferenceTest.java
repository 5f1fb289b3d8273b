package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random programs of smooth ops against central differences. */
class FiniteDifferenceTest {

    private static final List<UnaryOperator<Node>> UNARY = List.of(
            Node::negate,
            x -> x.times(0.3).exp(),
            x -> x.times(0.3).expm1(),
            x -> x.square().plus(0.5).log(),
            x -> x.square().log1p(),
            x -> x.square().plus(0.5).sqrt(),
            x -> x.square().plus(0.5).rsqrt(),
            Node::sin,
            Node::cos,
            Node::tanh,
            Node::sigmoid,
            Node::gelu,
            Node::geluTanh,
            Node::silu,
            x -> x.softplus(2, 30),
            Node::erf,
            x -> x.square().plus(1).reciprocal(),
            x -> x.square().plus(0.5).pow(1.7),
            x -> x.rpow(1.3),
            x -> x.rminus(1.5),
            x -> x.square().plus(1).rdividedBy(2),
            x -> x.dividedBy(3).minus(0.25),
            x -> x.plus(3).relu().plus(x.minus(9).relu()),
            x -> x.plus(5).leakyRelu(0.1).plus(x.minus(9).leakyRelu(0.1)),
            x -> x.minus(9).elu(1.5),
            x -> x.plus(9).abs().plus(x.minus(9).abs().times(2)),
            x -> x.clamp(-9, 9));

    private static final List<BinaryOperator<Node>> BINARY = List.of(
            Node::plus,
            Node::minus,
            (x, y) -> x.tanh().times(y),
            (x, y) -> x.dividedBy(y.square().plus(1)),
            (x, y) -> x.square().plus(0.5).pow(y.tanh()),
            (x, y) -> x.plus(9).maximum(y.tanh()),
            (x, y) -> x.minus(9).minimum(y.tanh()),
            (x, y) -> Node.dot(List.of(x, y.tanh()), List.of(y.sin(), x.cos()), x),
            (x, y) -> Node.sum(List.of(x, y, x.tanh())));

    private static Node program(long seed, List<Node> inputs) {
        SplittableRandom random = new SplittableRandom(seed);
        java.util.ArrayList<Node> nodes = new java.util.ArrayList<>(inputs);
        for (int i = 0; i < 12; i++) {
            Node x = nodes.get(random.nextInt(nodes.size()));
            Node y = nodes.get(random.nextInt(nodes.size()));
            int k = random.nextInt(UNARY.size() + BINARY.size());
            Node z = k < UNARY.size()
                    ? UNARY.get(k).apply(x)
                    : BINARY.get(k - UNARY.size()).apply(x, y);
            // Keeps everything within the smooth part of the piecewise ops.
            nodes.add(z.times(0.5).tanh().times(2));
        }
        return Node.sum(nodes);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void gradientIsTheLimitOfDifferences(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] at = random.doubles(3, -1.5, 1.5).toArray();
        NodeRun x = NodeRun.leaves(at);
        program(seed, x).backward();
        for (int i = 0; i < at.length; i++) {
            double h = 1e-5;
            double slope = (shifted(seed, at, i, h) - shifted(seed, at, i, -h)) / (2 * h);
            // h² times a third derivative, and rounding over h: both of the order of 1e-10.
            assertThat(Math.abs(x.get(i).grad() - slope))
                    .as("gradient %d: %s against %s", i, x.get(i).grad(), slope)
                    .isLessThanOrEqualTo(1e-7 * Math.max(1, Math.abs(slope)));
        }
    }

    private static double shifted(long seed, double[] at, int i, double h) {
        double[] x = at.clone();
        x[i] += h;
        try (NoGrad scope = NoGrad.open()) {
            assertThat(scope).isNotNull();
            return program(seed, NodeRun.leaves(x)).data();
        }
    }
}
