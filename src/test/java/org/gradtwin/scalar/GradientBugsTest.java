package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

/** Bugs that other engines have had, each with the public report of it. */
class GradientBugsTest {

    /** karpathy/micrograd#2: a reused intermediate sent its gradient on more than once. */
    @Test
    void reusedIntermediateFiresOnce() {
        Node x = Node.of(2);
        Node a = x.times(3);
        Node b = a.plus(a.square());
        Node c = b.times(a);
        c.backward();
        // c = a² + a³ with a = 3x
        assertThat(a.grad()).isEqualTo(2 * 6 + 3 * 36);
        assertThat(x.grad()).isEqualTo(3 * (2 * 6 + 3 * 36));
    }

    /** karpathy/nn-zero-to-hero#52: exp set the gradient instead of adding to it. */
    @Test
    void expAddsToTheGradient() {
        Node x = Node.of(0);
        x.times(5).plus(x.exp()).plus(x.times(7)).backward();
        assertThat(x.grad()).isEqualTo(13);
    }

    /** huggingface/candle#3507: of two reads of the same range, the second overwrote. */
    @Test
    void rangeUsedTwiceAddsUp() {
        NodeRun x = NodeRun.leaves(1, 2, 3);
        Node first = Node.dot(x.subList(0, 2), NodeRun.constants(10, 20));
        Node second = Node.dot(x.subList(0, 2), NodeRun.constants(1, 2));
        first.plus(second).backward();
        assertThat(x.grad()).containsExactly(11, 22, 0);
        assertThat(x.get(2).reached()).isFalse();
    }

    /** sony/nnabla#532: accumulation was lost where both inputs are one variable. */
    @Test
    void sameVariableTwice() {
        Node x = Node.of(3);
        x.times(x).times(x).backward();
        assertThat(x.grad()).isEqualTo(27);
        NodeRun v = NodeRun.leaves(1, 2, 3, 4, 5);
        Node.dot(v, v).backward();
        assertThat(v.grad()).containsExactly(2, 4, 6, 8, 10);
        NodeRun overlapping = NodeRun.leaves(1, 2, 3, 4, 5, 6);
        Node.dot(overlapping.subList(0, 5), overlapping.subList(1, 6)).backward();
        assertThat(overlapping.grad()).containsExactly(2, 4, 6, 8, 10, 5);
    }

    /** karpathy/micrograd#53: a second backward added to stale intermediates. */
    @Test
    void secondBackwardIsRefused() {
        Node x = Node.of(3);
        Node y = x.square().times(2);
        y.backward();
        assertThatIllegalStateException().isThrownBy(y::backward);
        assertThat(x.grad()).isEqualTo(12);
    }

    /** deeplearning4j#9655: the weight under a residual connection got no gradient. */
    @Test
    void residualConnectionPassesBothContributions() {
        Node w = Node.of(2);
        Node h = w.times(3);
        Node y = h.tanh().plus(h);
        y.backward();
        assertThat(h.grad()).isGreaterThan(1);
        assertThat(w.grad()).isEqualTo(3 * h.grad());
    }

    /** bshillingford/autobw.torch#7: right on the first call only. */
    @Test
    void secondIterationWithOtherInputs() {
        Node w = Node.of(2);
        for (double input : new double[] {3, 5, 7}) {
            Node a = w.times(input);
            a.square().plus(a).backward();
            assertThat(w.grad()).isEqualTo((2 * 2 * input + 1) * input);
            w.zeroGrad();
        }
    }

    /** tracel-ai/burn#695: replacing a gradient added to it. */
    @Test
    void setGradReplaces() {
        Node w = Node.of(2);
        w.times(3).backward();
        w.setGrad(0.5);
        assertThat(w.grad()).isEqualTo(0.5);
        w.times(3).backward();
        assertThat(w.grad()).isEqualTo(3.5);
    }
}
