package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.gradtwin.report.draw.Trace;
import org.gradtwin.scalar.Node;
import org.junit.jupiter.api.Test;

/**
 * The notebook's sections "BP on computational graphs" and "Creating and training a neural net from scratch": nodes with
 * data, gradient and degree, and a backward pass that takes every edge once. The example is the dense unit y = relu(z),
 * z = w1·x + w2·x + b, in which x has two children.
 */
class BackpropagationTest {
    private final Node w1 = Node.of(-1);
    private final Node w2 = Node.of(2);
    private final Node b = Node.of(4);
    private final Node x = Node.of(2);
    private final Node z = w1.times(x).plus(w2.times(x)).plus(b);
    private final Node y = z.relu();

    @Test
    void theForwardPassStoresEveryValue() {
        assertThat(z.data()).isEqualTo(6);
        assertThat(y.data()).isEqualTo(6);
        assertThat(y.parents()).containsExactly(z);
        assertThat(x.parents()).isEmpty();
    }

    @Test
    void theDegreeIsTheNumberOfChildrenThatStillOweAGradient() {
        assertThat(List.of(w1, w2, b, x, z, y))
                .extracting(Trace.of(y).degrees()::get)
                .containsExactly(1, 1, 1, 2, 1, 0);
        y.backward();
        assertThat(List.of(w1, w2, b, x, z, y))
                .extracting(Trace.of(y).degrees()::get)
                .containsOnly(0);
    }

    /** ∂y/∂u = Σ over the children v of u of ∂y/∂v · ∂v/∂u; for x the sum is w1 + w2. */
    @Test
    void theBackwardPassAppliesTheChainRule() {
        y.backward();
        assertThat(y.grad()).isEqualTo(1);
        assertThat(z.grad()).isEqualTo(1);
        assertThat(w1.grad()).isEqualTo(2);
        assertThat(w2.grad()).isEqualTo(2);
        assertThat(x.grad()).isEqualTo(w1.data() + w2.data()).isEqualTo(1);
        assertThat(b.grad()).isEqualTo(1);
    }

    /** The notebook: "all degrees are zero", so backward cannot run twice. Here it says so, and changes nothing. */
    @Test
    void aSecondBackwardPassIsAnError() {
        y.backward();
        assertThatIllegalStateException().isThrownBy(y::backward).withMessageContaining("backward");
        assertThat(x.grad()).isEqualTo(1);
    }

    @Test
    void everyOpOfTheNotebookHasItsLocalGradient() {
        Node u = Node.of(3);
        u.pow(2).backward();
        assertThat(u.grad()).isEqualTo(6);
        Node v = Node.of(0.5);
        v.tanh().backward();
        assertThat(v.grad()).isCloseTo(1 - Math.pow(Math.tanh(0.5), 2), within(0x1p-53));
        Node n = Node.of(7);
        Node m = Node.of(2);
        n.minus(m).plus(n.negate().times(m)).backward();
        assertThat(n.grad()).isEqualTo(1 - 2);
        assertThat(m.grad()).isEqualTo(-1 - 7);
    }

    /** Of the notebook's counter: a child that does not lead to the loss would keep x waiting for ever. */
    @Test
    void aChildThatDoesNotLeadToTheLossDoesNotStopTheGradient() {
        Node unused = x.times(100);
        y.backward();
        assertThat(x.grad()).isEqualTo(1);
        assertThat(unused.reached()).isFalse();
    }

    /** The notebook's backward calls itself, once a node. */
    @Test
    void aLongChainNeedsNoStack() {
        Node start = Node.of(1);
        Node end = start;
        for (int i = 0; i < 300_000; i++) {
            end = end.plus(1);
        }
        end.backward();
        assertThat(start.grad()).isEqualTo(1);
    }
}
