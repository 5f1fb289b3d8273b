package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class NodeTest {

    private static Node testingExpression(Node x, List<Node> z) {
        z.add(x.times(2).plus(2).minus(x));
        Node q = z.get(0).relu().plus(z.get(0).times(x.tanh()));
        Node h = z.get(0).times(z.get(0)).relu();
        return h.negate().plus(q).plus(q.times(x)).tanh();
    }

    @Test
    void notebooksExpressionHasTheGradientThatFloat64Gives() {
        Node x = Node.of(-4);
        List<Node> z = new ArrayList<>();
        Node y = testingExpression(x, z);
        y.backward();
        assertThat(z.get(0).data()).isEqualTo(-2);
        assertThat(y.data()).isEqualTo(-0.9999999958443809);
        // The true derivatives, computed with 40 digits.
        assertThat(x.grad()).isCloseTo(7.484014167071246e-08, withinPercentage(1e-12));
        assertThat(z.get(0).grad()).isCloseTo(5.8161944238901577e-08, withinPercentage(1e-12));
        // PyTorch's float64 numbers, which lose eight digits to 1 − y² with y = −0.999999996: half an ulp of y² is
        // 5.6e-17 of 8e-9.
        assertThat(x.grad()).isCloseTo(7.484014113872599e-08, withinPercentage(1e-6));
        assertThat(z.get(0).grad()).isCloseTo(5.8161943825468805e-08, withinPercentage(1e-6));
    }

    @Test
    void notebooksDenseUnit() {
        Node w1 = Node.of(-1);
        Node w2 = Node.of(2);
        Node b = Node.of(4);
        Node x = Node.of(2);
        Node y = w1.times(x).plus(w2.times(x)).plus(b).relu();
        y.backward();
        assertThat(List.of(w1, w2, b, x)).extracting(Node::grad).containsExactly(2.0, 2.0, 1.0, 1.0);
    }

    @Test
    void aChildThatDoesNotLeadToTheRootDoesNotCount() {
        Node x = Node.of(3);
        Node dead = x.exp();
        x.times(2).backward();
        assertThat(x.grad()).isEqualTo(2);
        assertThat(dead.reached()).isFalse();
    }

    @Test
    void diamondAddsUpBothWays() {
        Node x = Node.of(3);
        Node m = x.times(2);
        Node y = m.times(m).plus(m);
        y.backward();
        assertThat(m.grad()).isEqualTo(13);
        assertThat(x.grad()).isEqualTo(26);
    }

    @Test
    void operandUsedTwiceCountsTwice() {
        Node x = Node.of(3);
        x.times(x).backward();
        assertThat(x.grad()).isEqualTo(6);
        Node y = Node.of(5);
        y.plus(y).backward();
        assertThat(y.grad()).isEqualTo(2);
        Node z = Node.of(2);
        Node.dot(List.of(z, z), List.of(z, z), z).backward();
        assertThat(z.grad()).isEqualTo(9);
    }

    @Test
    void gradientOfZeroIsNotNoDependence() {
        Node x = Node.of(1);
        Node unused = Node.of(1);
        Node y = x.times(0);
        y.backward();
        assertThat(x.gradient()).isEqualTo(OptionalDouble.of(0));
        assertThat(unused.gradient()).isEmpty();
        assertThat(unused.grad()).isZero();
        x.zeroGrad();
        assertThat(x.gradient()).isEmpty();
    }

    @Test
    void zeroGradientTimesInfinityIsNaNAsInPyTorch() {
        Node x = Node.of(0);
        x.sqrt().times(0).backward();
        assertThat(x.grad()).isNaN();
    }

    @Test
    void secondBackwardIsRefusedAndChangesNothing() {
        Node x = Node.of(3);
        Node m = x.square();
        Node y = m.times(2);
        y.backward();
        assertThatIllegalStateException()
                .isThrownBy(y::backward)
                .withMessageContaining("'* 2' has passed its gradient")
                .withMessageContaining("Build the graph again");
        Node z = m.plus(x);
        assertThatIllegalStateException().isThrownBy(z::backward).withMessageContaining("'square'");
        assertThat(x.grad()).isEqualTo(12);
        assertThat(m.grad()).isEqualTo(2);
        assertThat(z.reached()).isFalse();
        Node again = x.times(5);
        again.backward();
        assertThat(x.grad()).isEqualTo(17);
    }

    @Test
    void backwardThroughOtherPartsOfAnOldGraphWorks() {
        Node x = Node.of(3);
        Node left = x.times(2);
        Node right = x.times(7);
        left.backward();
        Node onTop = right.plus(1);
        onTop.backward();
        assertThat(right.grad()).isEqualTo(1);
        assertThat(x.grad()).isEqualTo(9);
    }

    @Test
    void severalRootsAreSweptOnce() {
        Node x = Node.of(2);
        Node y = x.square();
        Node z = y.times(3);
        Node.backward(List.of(y, z, y), new double[] {10, 1, 0.5});
        assertThat(z.grad()).isEqualTo(1);
        assertThat(y.grad()).isEqualTo(13.5);
        assertThat(x.grad()).isEqualTo(54);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Node.backward(List.of(x), new double[2]))
                .withMessage("backward from 1 roots with 2 cotangents");
    }

    @Test
    void backwardFromALeafGivesItTheCotangent() {
        Node x = Node.of(2);
        x.backward(0.5);
        x.backward(0.5);
        assertThat(x.grad()).isEqualTo(1);
    }

    @Test
    void constantsHaveNoGradientAndNoGraph() {
        Node c = Node.constant(2);
        Node d = c.times(3).plus(c);
        assertThat(d.data()).isEqualTo(8);
        assertThat(d.isLeaf()).isTrue();
        assertThatIllegalStateException().isThrownBy(d::backward).withMessageContaining("constant");
        Node x = Node.of(5);
        Node y = x.times(c);
        y.backward();
        assertThat(x.grad()).isEqualTo(2);
        assertThat(c.reached()).isFalse();
    }

    @Test
    void noGradRecordsNothing() {
        Node x = Node.of(5);
        try (NoGrad outer = NoGrad.open()) {
            try (NoGrad inner = NoGrad.open()) {
                assertThat(inner).isNotSameAs(outer);
                assertThat(x.times(x).data()).isEqualTo(25);
            }
            assertThat(x.plus(1).requiresGrad()).isFalse();
            assertThat(Node.dot(List.of(x), List.of(x)).requiresGrad()).isFalse();
            assertThat(Node.sum(List.of(x, x)).data()).isEqualTo(10);
        }
        assertThat(x.plus(1).requiresGrad()).isTrue();
    }

    @Test
    void sumAndDot() {
        Node a = Node.of(2);
        Node b = Node.of(3);
        Node s = Node.sum(List.of(a, b, a));
        Node d = Node.dot(List.of(a, b), List.of(b, a), s);
        assertThat(d.data()).isEqualTo(19);
        d.backward();
        assertThat(a.grad()).isEqualTo(8);
        assertThat(b.grad()).isEqualTo(5);
        assertThat(s.op()).isEqualTo("sum");
        assertThat(d.parents()).containsExactly(a, b, b, a, s);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Node.dot(List.of(a), List.of(a, b)))
                .withMessage("dot of 1 nodes with 2 weights");
    }

    @Test
    void drawingsSeeOpsAndParents() {
        Node x = Node.of(2);
        Node y = Node.of(3);
        assertThat(List.of(x, x.plus(y), x.pow(2), x.pow(0.5), x.tanh(), x.clamp(-1, 2.5), x.rminus(1), x.pow(y)))
                .extracting(Node::op)
                .containsExactly("", "+", "** 2", "** 0.5", "tanh", "clamp(-1, 2.5)", "1 -", "**");
        assertThat(x.times(x).parents()).containsExactly(x, x);
        assertThat(x.minus(y).parents()).containsExactly(x, y);
        assertThat(x.parents()).isEmpty();
        assertThat(x).hasToString("Node(data=2.0, grad=0.0)");
    }

    @Test
    void setGradReplaces() {
        Node x = Node.of(2);
        x.times(3).backward();
        x.setGrad(1);
        assertThat(x.grad()).isEqualTo(1);
        Node y = x.times(2);
        assertThatIllegalStateException().isThrownBy(() -> y.setGrad(1)).withMessageContaining("backward(cotangent)");
        assertThatIllegalStateException().isThrownBy(() -> y.setData(1)).withMessageContaining("'* 2'");
    }

    @Test
    void setDataIsSeenByTheNextGraph() {
        Node x = Node.of(2);
        x.square().backward();
        x.setData(5);
        x.zeroGrad();
        x.square().backward();
        assertThat(x.grad()).isEqualTo(10);
    }

    @Test
    void composePassesThePartialDerivativesAndZeroIsAMask() {
        Node x = Node.of(2);
        Node y = Node.of(3);
        Node z = Node.compose(100, List.of(x, y, x), 5, 0, 0.5);
        assertThat(z.data()).isEqualTo(100);
        assertThat(z.parents()).containsExactly(x, y, x);
        assertThat(z.op()).isEqualTo("compose");
        z.backward(Double.POSITIVE_INFINITY);
        assertThat(x.grad()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(y.gradient()).isEqualTo(OptionalDouble.of(0));
        Node.compose(1, List.of(y), 0).backward(Double.NaN);
        assertThat(y.grad()).isZero();
        Node.composeUnmasked(1, List.of(y), 0).backward(Double.POSITIVE_INFINITY);
        assertThat(y.grad()).isNaN();
        assertThat(Node.compose(7, List.of(Node.constant(1)), 1).requiresGrad()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Node.compose(1, List.of(x, y), 1))
                .withMessage("a node of 2 inputs with 1 partial derivatives");
    }
}
