package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.scalar.nn.MLP;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextbookNodeTest {

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void networkAgreesWithTheEngine(long seed) {
        int[] sizes = {20, 20, 1};
        MLP model = new MLP(3, sizes, Activation.RELU, Initialization.kaimingUniform(seed));
        TextbookNode.Network textbook =
                new TextbookNode.Network(model.parameters().data(), sizes);
        Node y = model.forward(Collections.nCopies(3, Node.of(1))).get(0);
        TextbookNode expected =
                textbook.forward(Collections.nCopies(3, new TextbookNode(1))).get(0);
        y.backward();
        expected.backward();
        // Sums of 20 terms in another order.
        assertThat(Math.abs(y.data() - expected.data)).isLessThan(1e-13);
        for (int i = 0; i < model.parameters().size(); i++) {
            double gradient = textbook.parameters.get(i).grad;
            assertThat(Math.abs(model.parameters().get(i).grad() - gradient))
                    .as("gradient of parameter %d", i)
                    .isLessThanOrEqualTo(1e-13 * Math.max(1, Math.abs(gradient)));
        }
    }

    @Test
    void notebooksExpressionHasTheSameGradientInAll() {
        assertThat(Math.abs(NotebookExpression.engine() - NotebookExpression.textbook()))
                .isLessThan(1e-13);
        assertThat(NotebookExpression.engine()).isNotZero();
    }

    @ParameterizedTest(name = "x = {0}")
    @ValueSource(doubles = {-4, -0.37, 0, 1.5})
    void expressionAgreesWithTheEngine(double at) {
        Node x = Node.of(at);
        Node z = x.times(x).plus(x);
        z.tanh().plus(z.relu()).times(x).backward();
        TextbookNode expected = new TextbookNode(at);
        TextbookNode w = expected.times(expected).plus(expected);
        w.tanh().plus(w.relu()).times(expected).backward();
        assertThat(Math.abs(x.grad() - expected.grad))
                .isLessThanOrEqualTo(1e-13 * Math.max(1, Math.abs(expected.grad)));
        assertThat(List.of(x.data())).containsExactly(expected.data);
    }
}
