package org.gradtwin.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.gradtwin.engine.NetworkEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.scalar.nn.Initialization;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.Optimizer.Group;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.TrainingTwin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bugs that optimizers of other libraries had, seeded one by one: the recorded trainings notice each of them. */
class OptimizerBugsTest {
    private static final FixtureSet FIXTURES = FixtureSet.bundled();

    private static final AdamOptions ADAM_1 = new AdamOptions(0.05, 0.9, 0.999, 1e-8, 0.05);
    private static final AdamOptions ADAM_2 = new AdamOptions(0.01, 0.7, 0.9, 1e-3, 0.2);
    private static final AdamOptions ADAMW_1 = new AdamOptions(0.05, 0.9, 0.999, 1e-8, 0.5);
    private static final AdamOptions ADAMW_2 = new AdamOptions(0.01, 0.7, 0.9, 1e-3, 2);
    private static final SGD.Options SGD_1 = new SGD.Options(0.1, 0, 0, false, 0.05);
    private static final SGD.Options SGD_2 = new SGD.Options(0.03, 0, 0, false, 0.2);
    private static final SGD.Options DAMPED_1 = new SGD.Options(0.1, 0.9, 0.5, false, 0.05);
    private static final SGD.Options DAMPED_2 = new SGD.Options(0.03, 0.5, 0.25, false, 0.2);

    /** Rows of the corpus of gradient bugs. */
    enum Fault {
        /** No fault: the written-out formulas below agree with PyTorch, so that what follows is the fault's doing. */
        NONE_ADAM("adam-constant"),
        NONE_ADAMW("adamw-constant"),
        NONE_SGD("sgd-constant"),
        NONE_SGD_DAMPED("sgd-dampening-constant"),
        /** tinygrad fc6f355c6a: the step is counted once for each parameter. */
        M52_STEP_COUNTED_PER_PARAMETER("adam-constant"),
        /** mlverse/torch#821: weight decay of the gradient in place of the parameter. */
        M53_DECAY_OF_ANOTHER_VARIABLE("adam-constant"),
        /** pytorch#22628, tensorflow#35102: epsilon is added before the correction of bias, which scales it. */
        M54_EPSILON_BEFORE_CORRECTION("adam-constant"),
        /** transformers#14539: decoupled weight decay after the update. */
        M55_DECAY_AFTER_UPDATE("adamw-constant"),
        /** mlx#440: no weight decay without momentum. */
        M56_NO_DECAY_WITHOUT_MOMENTUM("sgd-constant"),
        /** mlx#473: dampening of the first step. */
        M56_DAMPENING_OF_FIRST_STEP("sgd-dampening-constant"),
        /** pytorch#62135: off by one in the exponents of the corrections. */
        M57_OFF_BY_ONE("adam-constant");

        private final String id;

        Fault(String id) {
            this.id = id;
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void seededFaultIsNoticed(Fault fault) {
        NamedTraining named = FIXTURES.selectTrainings("training/" + fault.id).get(0);
        TrainingCase sound = named.given();
        TrainingCase seeded = new TrainingCase(
                sound.id(),
                sound.comment(),
                sound.architecture(),
                sound.parameters(),
                sound.data(),
                sound.batches(),
                sound.loss(),
                optimizer(fault),
                sound.schedule(),
                sound.steps(),
                sound.marked(),
                sound.dtypes(),
                sound.expectations());
        Network network = new ScalarNetwork(sound.architecture(), Initialization.uniform(0));
        TrainingTrial trial = new TrainingTwin(
                        new NamedTraining(named.name(), named.shown(), seeded),
                        DType.FLOAT64,
                        new NetworkEngine("scalar", network))
                .run();
        boolean noFault = fault.name().startsWith("NONE");
        assertThat(trial.agrees()).as("worst drift %s", trial.worst()).isEqualTo(noFault);
        if (!noFault) {
            assertThat(trial.firstOff().orElseThrow().step()).isLessThanOrEqualTo(2);
            assertThat(trial.worst()).isGreaterThan(1e6);
        }
    }

    private static TrainingOptimizer optimizer(Fault fault) {
        return switch (fault.id) {
            case "sgd-constant" -> network -> sgd(network, fault, SGD_1, SGD_2);
            case "sgd-dampening-constant" -> network -> sgd(network, fault, DAMPED_1, DAMPED_2);
            case "adamw-constant" -> network -> adam(network, fault, true, ADAMW_1, ADAMW_2);
            default -> network -> adam(network, fault, false, ADAM_1, ADAM_2);
        };
    }

    private static <O> List<Group<O>> groups(Network network, O first, O second) {
        return List.of(
                new Group<>(blocks(network, "w1", "b2"), first), new Group<>(blocks(network, "b1", "w2"), second));
    }

    private static List<ParameterBlock> blocks(Network network, String... names) {
        return Arrays.stream(names)
                .map(name -> Objects.requireNonNull(network.parameters().get(name)))
                .toList();
    }

    private static Optimizer<?> sgd(Network network, Fault fault, SGD.Options first, SGD.Options second) {
        return new Optimizer<SGD.Options>(groups(network, first, second), 1) {
            @Override
            Rule rule(SGD.Options o, double rate, int step, DType dtype) {
                boolean decays = o.momentum() != 0 || fault != Fault.M56_NO_DECAY_WITHOUT_MOMENTUM;
                boolean damps = step > 1 || fault == Fault.M56_DAMPENING_OF_FIRST_STEP;
                return (p, g, memory, i) -> {
                    double d = decays ? g + o.weightDecay() * p : g;
                    if (o.momentum() != 0) {
                        memory[0][i] = o.momentum() * memory[0][i] + (damps ? 1 - o.dampening() : 1) * d;
                        d = memory[0][i];
                    }
                    return p - rate * d;
                };
            }
        };
    }

    private static Optimizer<?> adam(
            Network network, Fault fault, boolean decoupled, AdamOptions first, AdamOptions second) {
        return new Optimizer<AdamOptions>(groups(network, first, second), 2) {
            private int calls;

            @Override
            Rule rule(AdamOptions o, double rate, int step, DType dtype) {
                calls++;
                int t = fault == Fault.M52_STEP_COUNTED_PER_PARAMETER
                        ? calls
                        : fault == Fault.M57_OFF_BY_ONE ? step + 1 : step;
                double correction1 = 1 - Math.pow(o.beta1(), t);
                double correction2 = Math.sqrt(1 - Math.pow(o.beta2(), t));
                boolean late = fault == Fault.M55_DECAY_AFTER_UPDATE;
                return (p, g, memory, i) -> {
                    double decayed = fault == Fault.M53_DECAY_OF_ANOTHER_VARIABLE ? g : p;
                    double d = decoupled ? g : g + o.weightDecay() * decayed;
                    memory[0][i] = o.beta1() * memory[0][i] + (1 - o.beta1()) * d;
                    memory[1][i] = o.beta2() * memory[1][i] + (1 - o.beta2()) * d * d;
                    double root = Math.sqrt(memory[1][i]);
                    double denominator = fault == Fault.M54_EPSILON_BEFORE_CORRECTION
                            ? (root + o.epsilon()) / correction2
                            : root / correction2 + o.epsilon();
                    double shrink = decoupled ? 1 - rate * o.weightDecay() : 1;
                    double update = rate / correction1 * memory[0][i] / denominator;
                    return late ? (p - update) * shrink : p * shrink - update;
                };
            }
        };
    }
}
