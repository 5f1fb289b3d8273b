package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingExpectation;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.TrainingTrial.Deviation;
import org.jspecify.annotations.Nullable;

/** Holds what a training gave against what PyTorch recorded, as far as rounding allows one to follow. */
final class TrainingJudge {
    private final TrainingTwin twin;
    private final TrainingCase given;
    private final DType dtype;
    private final TrainingExpectation expected;
    private final List<Check> checks = new ArrayList<>();
    private final List<Double> drift = new ArrayList<>();
    private Verdict withoutNumbers = Verdict.SKIPPED;
    private @Nullable Deviation first;

    TrainingJudge(TrainingTwin twin, TrainingExpectation expected) {
        this.twin = twin;
        this.given = twin.given().given();
        this.dtype = twin.dtype();
        this.expected = expected;
    }

    /** The trial of an engine that did not train: every check is skipped. */
    TrainingTrial skipped(String reason) {
        losses(List.of(), reason);
        parameters(Map.of(), reason);
        return trial(List.of());
    }

    /** The trial of an engine that broke off: every check fails. */
    TrainingTrial failed(String reason) {
        withoutNumbers = Verdict.DISAGREE;
        return skipped(reason);
    }

    /** The trial of an engine that did. */
    TrainingTrial of(TrainingTrace trace) {
        for (int i = 0; i < given.steps(); i++) {
            Tolerance tolerance = expected.lossTolerances().get(i);
            Discrepancy here =
                    discrepancy(trace.losses().get(i), expected.losses().get(i), tolerance);
            drift.add(here.ofAllowed());
            if (i < expected.followable() && !(here.ofAllowed() <= 1)) {
                offIn(i + 1, "loss", here, tolerance);
            }
        }
        losses(trace.losses(), null);
        parameters(trace.parameters(), null);
        return trial(trace.losses());
    }

    private TrainingTrial trial(List<Double> losses) {
        return new TrainingTrial(
                twin.given(), dtype, twin.engine().name(), checks, losses, drift, Optional.ofNullable(first));
    }

    private Discrepancy discrepancy(double actual, double wanted, Tolerance tolerance) {
        return Objects.requireNonNull(Comparison.of(tensor(Shape.of(), actual), tensor(Shape.of(), wanted), tolerance)
                .worst());
    }

    private Tensor tensor(Shape shape, double... values) {
        return Tensor.of(DType.FLOAT64, shape, values).to(dtype);
    }

    /** A later deviation follows from an earlier one; in one step the loss comes before the parameters. */
    private void offIn(int step, String what, Discrepancy numbers, Tolerance tolerance) {
        if (first == null || step < first.step()) {
            first = new Deviation(step, what, numbers, tolerance);
        }
    }

    /** A check for each run of steps with the same tolerance. */
    private void losses(List<Double> losses, @Nullable String skip) {
        List<Tolerance> tolerances = expected.lossTolerances();
        int from = 0;
        for (int end = 1; end <= given.steps(); end++) {
            if (end == given.steps()
                    || end == expected.followable()
                    || !tolerances.get(end).equals(tolerances.get(from))) {
                String steps = end == from + 1 ? "step " + end : "steps " + (from + 1) + "–" + end;
                Shape shape = Shape.of(end - from);
                Tensor wanted = tensor(shape, slice(expected.losses().toDoubles(), from, end));
                Optional<Tensor> actual = losses.isEmpty()
                        ? Optional.empty()
                        : Optional.of(tensor(
                                shape,
                                losses.subList(from, end).stream()
                                        .mapToDouble(Double::doubleValue)
                                        .toArray()));
                add("loss in " + steps, wanted, actual, tolerances.get(from), skip(end, skip));
                from = end;
            }
        }
    }

    private static double[] slice(double[] values, int from, int end) {
        return Arrays.copyOfRange(values, from, end);
    }

    private void parameters(Map<Integer, Map<String, double[]>> actual, @Nullable String skip) {
        for (int step : given.marked()) {
            Map<String, Tensor> wanted =
                    Objects.requireNonNull(expected.parameters().get(step));
            Map<String, Tolerance> tolerances =
                    Objects.requireNonNull(expected.parameterTolerances().get(step));
            given.parameters().keySet().forEach(name -> {
                Tensor recorded = Objects.requireNonNull(wanted.get(name));
                Tolerance tolerance = Objects.requireNonNull(tolerances.get(name));
                Optional<Tensor> values = Optional.ofNullable(
                                actual.getOrDefault(step, Map.of()).get(name))
                        .map(numbers -> tensor(recorded.shape(), numbers));
                Check check = add(name + " after step " + step, recorded, values, tolerance, skip(step, skip));
                Comparison comparison = check.comparison();
                if (check.verdict() == Verdict.DISAGREE && comparison != null && comparison.worst() != null) {
                    offIn(step, name, comparison.worst(), tolerance);
                }
            });
        }
    }

    private @Nullable String skip(int step, @Nullable String reason) {
        return reason == null && step > expected.followable()
                ? "rounding allows one to follow " + expected.followable() + " of " + given.steps() + " steps"
                : reason;
    }

    private Check add(String name, Tensor wanted, Optional<Tensor> actual, Tolerance tolerance, @Nullable String skip) {
        Comparison comparison = skip == null ? Comparison.of(actual, Optional.of(wanted), tolerance) : null;
        Verdict verdict = comparison == null
                ? withoutNumbers
                : Verdict.of(comparison, Optional.of(Sharpness.of(wanted, tolerance)));
        Check check = new Check(
                twin.given().name(),
                twin.engine().name(),
                Check.Against.EXPECT,
                dtype,
                Quantity.value(name),
                Optional.of(wanted),
                actual,
                comparison,
                tolerance,
                verdict,
                comparison == null ? skip : comparison.problem());
        checks.add(check);
        return check;
    }
}
