package org.gradtwin.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds every optimizer, with two groups of options and under every schedule, against 50 steps of torch.optim. */
class OptimizerTableTest {
    private static final int[][] SIZES = {{3, 4}, {5}};

    /**
     * Roots in float32 come from a vendor's library that does not round them correctly, powers of beta and cosines in
     * float64 may differ by an ulp between math libraries: so many ulps of the largest parameter, no more.
     */
    private static final double ULPS = 8;

    private static final Map<String, Function<List<List<ParameterBlock>>, Optimizer<?>>> CASES = cases();

    private static Map<String, Function<List<List<ParameterBlock>>, Optimizer<?>>> cases() {
        Map<String, Function<List<List<ParameterBlock>>, Optimizer<?>>> cases = new LinkedHashMap<>();
        cases.put("sgd", sgd(SGD.Options.DEFAULTS, SGD.Options.of(0.1)));
        cases.put(
                "sgd-weight-decay",
                sgd(new SGD.Options(0.1, 0, 0, false, 0.3), new SGD.Options(0.05, 0, 0, false, 0.01)));
        cases.put(
                "sgd-momentum", sgd(new SGD.Options(0.1, 0.9, 0, false, 0), new SGD.Options(0.05, 0.5, 0, false, 0.1)));
        cases.put(
                "sgd-dampening",
                sgd(new SGD.Options(0.1, 0.9, 0.4, false, 0), new SGD.Options(0.05, 0.5, 0.7, false, 0.1)));
        cases.put("sgd-nesterov", sgd(new SGD.Options(0.1, 0.9, 0, true, 0), new SGD.Options(0.05, 0.5, 0, true, 0.1)));
        cases.put("adam", adam(AdamOptions.ADAM, new AdamOptions(0.1, 0.7, 0.8, 0.01, 0)));
        cases.put(
                "adam-weight-decay",
                adam(new AdamOptions(0.1, 0.9, 0.999, 1e-8, 0.3), new AdamOptions(0.05, 0.3, 0.99, 1e-8, 0.01)));
        cases.put("adamw", b -> new AdamW(groups(b, AdamOptions.ADAMW, new AdamOptions(0.1, 0.7, 0.8, 0.01, 0.5))));
        cases.put("rmsprop", rmsprop(RMSprop.Options.DEFAULTS, new RMSprop.Options(0.1, 0.8, 0.01, 0.1, 0, false)));
        cases.put(
                "rmsprop-momentum",
                rmsprop(
                        new RMSprop.Options(0.01, 0.99, 1e-8, 0, 0.9, false),
                        new RMSprop.Options(0.05, 0.99, 1e-8, 0.1, 0.5, false)));
        cases.put(
                "rmsprop-centered",
                rmsprop(
                        new RMSprop.Options(0.01, 0.99, 1e-8, 0, 0, true),
                        new RMSprop.Options(0.05, 0.4, 1e-8, 0.1, 0.5, true)));
        return cases;
    }

    private static Function<List<List<ParameterBlock>>, Optimizer<?>> sgd(SGD.Options first, SGD.Options second) {
        return blocks -> new SGD(groups(blocks, first, second));
    }

    private static Function<List<List<ParameterBlock>>, Optimizer<?>> adam(AdamOptions first, AdamOptions second) {
        return blocks -> new Adam(groups(blocks, first, second));
    }

    private static Function<List<List<ParameterBlock>>, Optimizer<?>> rmsprop(
            RMSprop.Options first, RMSprop.Options second) {
        return blocks -> new RMSprop(groups(blocks, first, second));
    }

    private static <O> List<Optimizer.Group<O>> groups(List<List<ParameterBlock>> blocks, O first, O second) {
        return List.of(new Optimizer.Group<>(blocks.get(0), first), new Optimizer.Group<>(blocks.get(1), second));
    }

    /** The rows of the table, by optimizer, schedule and dtype: the parameters at the marked steps. */
    private record Trajectory(String optimizer, String schedule, DType dtype, Map<Integer, double[]> marked) {
        @Override
        public String toString() {
            return optimizer + ", " + schedule + ", " + dtype.torchName();
        }
    }

    static Stream<Trajectory> trajectories() throws IOException {
        Map<String, Trajectory> read = new LinkedHashMap<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(OptimizerTableTest.class.getResourceAsStream("optimizers.txt")),
                StandardCharsets.UTF_8))) {
            for (String line : reader.lines().toList()) {
                String[] words = line.split(" ");
                double[] values = Arrays.stream(words, 4, words.length)
                        .mapToDouble(Double::parseDouble)
                        .toArray();
                read.computeIfAbsent(
                                words[0] + words[1] + words[2],
                                key -> new Trajectory(words[0], words[1], DType.of(words[2]), new LinkedHashMap<>()))
                        .marked
                        .put(Integer.valueOf(words[3]), values);
            }
        }
        assertThat(read).hasSize(CASES.size() * 3 * 2);
        return read.values().stream();
    }

    @ParameterizedTest
    @MethodSource("trajectories")
    void fiftyStepsAsPyTorch(Trajectory trajectory) {
        List<List<ParameterBlock>> blocks = new ArrayList<>();
        List<double[]> gradients = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int g = 0; g < SIZES.length; g++) {
            List<ParameterBlock> group = new ArrayList<>();
            for (int b = 0; b < SIZES[g].length; b++) {
                int number = 10 * g + b;
                double[] values = new double[SIZES[g][b]];
                Arrays.setAll(values, i -> (Math.floorMod(i * 37 + number * 11, 64) - 32) / 32.0);
                gradients.add(new double[values.length]);
                numbers.add(number);
                group.add(ParameterBlock.of(values, gradients.get(gradients.size() - 1), trajectory.dtype));
            }
            blocks.add(group);
        }
        Optimizer<?> optimizer =
                Objects.requireNonNull(CASES.get(trajectory.optimizer)).apply(blocks);
        LearningRateSchedule schedule = schedule(trajectory.schedule, optimizer);
        int compared = 0;
        for (int step = 1; step <= 50; step++) {
            for (int b = 0; b < gradients.size(); b++) {
                int shift = step * 29 + numbers.get(b) * 13;
                Arrays.setAll(gradients.get(b), i -> (Math.floorMod(shift + i * 17, 97) - 48) / 64.0);
            }
            optimizer.step();
            schedule.step();
            double[] expected = trajectory.marked.get(step);
            if (expected != null) {
                double[] actual = blocks.stream()
                        .flatMap(List::stream)
                        .flatMapToDouble(block -> Arrays.stream(block.values()))
                        .toArray();
                assertAgrees(trajectory, actual, expected);
                compared++;
            }
        }
        assertThat(compared).isEqualTo(5);
    }

    private static LearningRateSchedule schedule(String name, Optimizer<?> optimizer) {
        return switch (name) {
            case "constant" -> () -> {};
            case "step" -> new StepLR(optimizer, 7, 0.5);
            case "cosine" -> new CosineAnnealingLR(optimizer, 20, 0.001);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void assertAgrees(Trajectory trajectory, double[] actual, double[] expected) {
        boolean single = trajectory.dtype == DType.FLOAT32;
        boolean root = !trajectory.optimizer.startsWith("sgd");
        boolean power = trajectory.optimizer.startsWith("adam") || trajectory.schedule.equals("cosine");
        if (single ? root : power) {
            double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
            double allowed = ULPS * 2 * trajectory.dtype.unitRoundoff() * scale;
            for (int i = 0; i < expected.length; i++) {
                assertThat(Math.abs(actual[i] - expected[i]) <= allowed)
                        .as("%s against %s", actual[i], expected[i])
                        .isTrue();
            }
        } else {
            assertThat(Arrays.stream(actual).mapToObj(Double::toHexString))
                    .containsExactlyElementsOf(Arrays.stream(expected)
                            .mapToObj(Double::toHexString)
                            .toList());
        }
    }
}
