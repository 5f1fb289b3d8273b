package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.OptimizerUnderTest;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

/** SGD with momentum written here, as a user would, on the training that PyTorch's made. */
class OptimizerUnderTestTest {
    private static final NamedTraining MOMENTUM = FixtureSet.bundled("training/sgd-momentum-constant")
            .selectTrainings("training/sgd-momentum-constant")
            .get(0);

    /** Of two groups: w1 and b2 at a rate of 0.1 with momentum 0.9 and decay, b1 and w2 at 0.03 with momentum 0.5. */
    private static final class Momentum extends OptimizerUnderTest {
        private final double decay;

        Momentum(double decay) {
            this.decay = decay;
        }

        @Override
        public String name() {
            return "momentum";
        }

        @Override
        protected Step begin(DType dtype) {
            Map<String, double[]> velocities = new HashMap<>();
            return (parameters, gradients) -> parameters.forEach((name, p) -> {
                boolean first = name.equals("w1") || name.equals("b2");
                double[] g = gradients.getOrDefault(name, new double[0]);
                double[] v = velocities.computeIfAbsent(name, key -> new double[p.length]);
                for (int i = 0; i < p.length; i++) {
                    v[i] = (first ? 0.9 : 0.5) * v[i] + g[i] + (first ? decay * p[i] : 0);
                    p[i] -= (first ? 0.1 : 0.03) * v[i];
                }
            });
        }
    }

    private static TrainingTrial trial(double decay, DType dtype) {
        return new TrainingTwin(MOMENTUM, dtype, new Momentum(decay)).run();
    }

    @Test
    void aRightOptimizerFollowsPyTorchInBothTypes() {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            assertThat(trial(0.05, dtype).checks())
                    .hasSizeGreaterThan(10)
                    .extracting(Check::verdict)
                    .containsOnly(Verdict.AGREE);
        }
    }

    @Test
    void oneThatDecaysTooMuchIsOffFromItsFirstUpdateOn() {
        TrainingTrial trial = trial(0.051, DType.FLOAT64);
        assertThat(trial.agrees()).isFalse();
        assertThat(trial.firstOffInWords())
                .hasValueSatisfying(first -> assertThat(first).contains("after step 1"));
    }

    @Test
    void programsAreSkipped() {
        assertThat(new Verifier(new TorchEngine(), List.of(new Momentum(0.05)))
                        .verify(FixtureSet.bundled("op/tanh-matrix")
                                .select("op/tanh-matrix")
                                .get(0))
                        .flatMap(trial -> trial.checks().stream()))
                .isNotEmpty()
                .extracting(Check::verdict)
                .containsOnly(Verdict.SKIPPED);
    }
}
