package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.scalar.Node;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is timed side by side computes the same. */
class ProblemTest {
    /** With a rate of 0.05 the later losses show the gradients of the earlier steps. */
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void threeStepsGiveTheSameLosses(Precision precision) {
        double allowed = precision == Precision.FLOAT64 ? 1e-7 : 1e-5;
        for (Problem problem : List.of(
                new Problem("relu", 6, List.of(5, 7, 4), false, false, 0.05),
                new Problem("tanh", 6, List.of(5, 4), true, true, 0.05))) {
            Problem.Step autograd = problem.autograd(precision, Kernels.best());
            Problem.Step closedForm = problem.closedForm(precision, Kernels.best());
            try (TorchNetwork torch = problem.torch(precision)) {
                double before = Double.NaN;
                for (int step = 0; step < 3; step++) {
                    double loss = torch.step(problem.rate());
                    assertThat(loss).isNotEqualTo(before);
                    // DJL hands the rate to PyTorch as a float.
                    assertThat(autograd.run()).isCloseTo(loss, within(allowed));
                    assertThat(closedForm.run()).isCloseTo(loss, within(allowed));
                    before = loss;
                }
            }
        }
    }

    @Test
    void programsGiveTheSameGradients() {
        for (Task task :
                List.of(ProgramBench.convolution(1), ProgramBench.normalization(1), ProgramBench.block(2, 3, 8, 2))) {
            Evaluation ours = Evaluator.evaluate(new MatrixEngine(), task, DType.FLOAT64);
            Evaluation theirs = Evaluator.evaluate(new TorchEngine(), task, DType.FLOAT64);
            assertThat(theirs.quantities()).hasSizeGreaterThan(3);
            theirs.quantities()
                    .forEach((quantity, tensor) -> assertThat(
                                    ours.get(quantity).orElseThrow().toDoubles())
                            .as(quantity.toString())
                            .containsExactly(tensor.orElseThrow().toDoubles(), within(1e-11)));
        }
    }

    @ParameterizedTest(name = "{0} hidden layers")
    @ValueSource(ints = {1, 3})
    void theNotebooksNetworkIsTheSameInEveryEngine(int hidden) {
        NotebookNet net = new NotebookNet(hidden, 20);
        Node y = net.forward();
        y.backward();
        double[] gradients = net.model.parameters().grad();
        net.model.zeroGrad();
        Node byOperators = net.forwardByOperators();
        byOperators.backward();
        double[] sameGradients = net.model.parameters().grad();
        for (int i = 0; i < gradients.length; i++) {
            assertThat(sameGradients[i]).isCloseTo(gradients[i], within(1e-13 * Math.max(1, Math.abs(gradients[i]))));
        }
        assertThat(gradients).isNotEqualTo(new double[gradients.length]);
        assertThat(byOperators.data()).isCloseTo(y.data(), within(1e-13));
        assertThat(NotebookNet.forward(net.textbook()).data).isCloseTo(y.data(), within(1e-13));
        try (TorchNetwork torch = net.torch()) {
            assertThat(torch.step(0)).isCloseTo(y.data(), within(1e-13));
        }
    }
}
