package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.TensorSource;
import org.gradtwin.fixture.Waiver;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

/**
 * What {@link Sharpness} says of the recorded numbers is what becomes of wrong answers: each recorded tensor is replaced by
 * a wrong one, and what is noticed is what was predicted. Checks that notice nothing are accepted in writing.
 */
class VacuityGateTest {
    /** One-element cotangents that are 1: the root is as good as a number. */
    private static final Map<String, String> ONES =
            Map.of("notebook/squared-norm", "the notebook's own derivative of xᵀx, a matrix of one element");

    private static final List<Recording> RECORDINGS = recordings();

    /** A recorded tensor and how far it may be missed. */
    private record Recording(String name, Tensor expected, Tolerance tolerance, Sharpness sharpness) {
        boolean has(DoublePredicate predicate) {
            return Arrays.stream(expected.toDoubles()).anyMatch(predicate);
        }

        Comparison with(DoubleUnaryOperator wrong) {
            return with(Arrays.stream(expected.toDoubles()).map(wrong).toArray());
        }

        Comparison with(double[] wrong) {
            return Comparison.of(Tensor.of(expected.dtype(), expected.shape(), wrong), expected, tolerance);
        }

        /** Whether an error that leaves infinities as they are shows in the finite elements. */
        boolean noticed(double relative) {
            return live() > 0 && sharpness.sharpness() < relative;
        }

        /** Whether 5 % of every element that is not 0 is more than a rounding. */
        boolean resolvesFivePercent() {
            double least = expected.dtype() == DType.FLOAT32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
            return !has(e -> e != 0 && Math.abs(e) < least);
        }

        int live() {
            return (int) Arrays.stream(expected.toDoubles())
                    .filter(e -> e != 0 && Double.isFinite(e))
                    .count();
        }
    }

    private static List<Recording> recordings() {
        List<Recording> recordings = new ArrayList<>();
        for (NamedCase named : Recorded.CASES) {
            for (DType dtype : named.given().dtypes()) {
                Map<Quantity, Tolerance> tolerances = named.given().tolerances(dtype);
                named.given()
                        .expected(dtype)
                        .forEach((quantity, tensor) -> tensor.ifPresent(expected -> recordings.add(new Recording(
                                named.name() + " " + dtype.torchName() + ", " + quantity,
                                expected,
                                tolerances.get(quantity),
                                Sharpness.of(expected, tolerances.get(quantity))))));
            }
        }
        return recordings;
    }

    /** How many recordings noticed a wrong answer, and that they were those predicted. */
    private static void requirePrediction(
            Predicate<Recording> applies, Function<Recording, Comparison> wrong, Predicate<Recording> predicted) {
        int noticed = 0;
        int passed = 0;
        for (Recording recording : RECORDINGS) {
            if (recording.expected.size() > 0 && applies.test(recording)) {
                boolean agrees = wrong.apply(recording).agrees();
                assertThat(!agrees).as(recording.toString()).isEqualTo(predicted.test(recording));
                noticed += agrees ? 0 : 1;
                passed += agrees ? 1 : 0;
            }
        }
        assertThat(noticed).as("noticed, while %s passed", passed).isGreaterThan(1000);
        assertThat(noticed).isGreaterThan(5 * passed);
    }

    @Test
    void corpusIsLarge() {
        assertThat(RECORDINGS).hasSizeGreaterThan(5000);
    }

    @Test
    void zerosAreNoticedAsPredicted() {
        requirePrediction(
                recording -> true,
                recording -> recording.with(e -> 0),
                recording -> recording.noticed(1) || recording.has(e -> !Double.isFinite(e)));
    }

    @Test
    void theWrongSignIsNoticedAsPredicted() {
        requirePrediction(
                recording -> true,
                recording -> recording.with(e -> -e),
                recording -> recording.noticed(2) || recording.has(Double::isInfinite));
    }

    @Test
    void fivePercentIsNoticedAsPredicted() {
        requirePrediction(
                Recording::resolvesFivePercent,
                recording -> recording.with(e -> 1.05 * e),
                recording -> recording.noticed(1.05 - 1));
    }

    @Test
    void guardedIsTheShareOfElementsInWhichFivePercentIsNoticed() {
        int guarded = 0;
        for (Recording recording : RECORDINGS) {
            if (recording.expected.size() > 0 && recording.resolvesFivePercent()) {
                int noticed = recording.with(e -> 1.05 * e).mismatched();
                assertThat(noticed).as(recording.toString()).isEqualTo((int)
                        Math.round(recording.sharpness.guarded() * recording.live()));
                guarded += noticed;
            }
        }
        assertThat(guarded).isGreaterThan(20_000);
    }

    @Test
    void theLargestElementDroppedIsNoticedAsPredicted() {
        requirePrediction(
                recording -> recording.live() > 0,
                recording -> {
                    double[] dropped = recording.expected.toDoubles();
                    int largest = -1;
                    for (int i = 0; i < dropped.length; i++) {
                        boolean larger = largest < 0 || Math.abs(dropped[i]) > Math.abs(dropped[largest]);
                        largest = Double.isFinite(dropped[i]) && larger ? i : largest;
                    }
                    dropped[largest] = 0;
                    return recording.with(dropped);
                },
                recording -> recording.noticed(1));
    }

    /** In a square matrix: at least where the asymmetry is larger than what the sharpness leaves. */
    @Test
    void aTransposedMatrixIsNoticedAsPredicted() {
        int noticed = 0;
        for (Recording recording : RECORDINGS) {
            Shape shape = recording.expected.shape();
            if (shape.rank() != 2
                    || shape.rows() != shape.last()
                    || shape.rows() < 2
                    || recording.has(e -> !Double.isFinite(e))) {
                continue;
            }
            double[] right = recording.expected.toDoubles();
            double[] transposed = new double[right.length];
            double largest = 0;
            double asymmetry = 0;
            for (int i = 0; i < right.length; i++) {
                transposed[i] = right[i % shape.last() * shape.last() + i / shape.last()];
                largest = Math.max(largest, Math.abs(right[i]));
                asymmetry = Math.max(asymmetry, Math.abs(transposed[i] - right[i]));
            }
            boolean agrees = recording.with(transposed).agrees();
            if (asymmetry > recording.sharpness.sharpness() * largest) {
                assertThat(agrees).as(recording.toString()).isFalse();
            }
            if (asymmetry == 0) {
                assertThat(agrees).as(recording.toString()).isTrue();
            }
            noticed += agrees ? 0 : 1;
        }
        assertThat(noticed).isGreaterThan(50);
    }

    @Test
    void bluntChecksAreThoseAcceptedInWriting() {
        Set<String> blunt = new HashSet<>();
        Set<String> accepted = new HashSet<>();
        for (NamedCase named : Recorded.CASES) {
            FixtureCase given = named.given();
            for (DType dtype : given.dtypes()) {
                given.expected(dtype).forEach((quantity, tensor) -> {
                    Tolerance tolerance = given.tolerances(dtype).get(quantity);
                    if (tensor.isPresent()
                            && Sharpness.of(tensor.get(), tolerance).dull()) {
                        blunt.add(named.name() + " " + dtype + " " + quantity);
                    }
                });
            }
            for (Waiver remark : given.accepted()) {
                assertThat(remark.because()).as(named.name()).hasSizeGreaterThan(10);
                remark.names()
                        .forEach(name -> accepted.add(
                                named.name() + " " + remark.dtype() + " " + new Quantity(remark.quantity(), name)));
            }
        }
        assertThat(accepted).isNotEmpty();
        assertThat(blunt).isEqualTo(accepted);
    }

    @Test
    void cotangentsAreNeverConstantOnes() {
        Set<String> ones = new HashSet<>();
        int counted = 0;
        for (NamedCase named : Recorded.OF_THE_PROJECT) {
            TensorSource source = named.given().backward().cotangent().orElse(null);
            if (source != null) {
                counted++;
                double[] elements = source.tensor().toDoubles();
                if (elements.length > 0 && Arrays.stream(elements).allMatch(e -> e == 1)) {
                    ones.add(named.name());
                }
            }
        }
        assertThat(counted).isGreaterThan(500);
        assertThat(ones).isEqualTo(ONES.keySet());
    }

    @Test
    void everyResultOfSeveralElementsHasACotangentThatIsNotUniform() {
        int counted = 0;
        for (NamedCase named : Recorded.OF_THE_PROJECT) {
            FixtureCase given = named.given();
            for (DType dtype : given.dtypes()) {
                Tensor root = given.expected(dtype)
                        .getOrDefault(Quantity.value(given.backward().of()), Optional.empty())
                        .orElse(null);
                if (root != null && root.size() > 1) {
                    double[] elements =
                            given.backward().cotangent().orElseThrow().tensor().toDoubles();
                    assertThat(Arrays.stream(elements).map(Math::abs).distinct().count())
                            .as(named.name())
                            .isGreaterThan(1);
                    counted++;
                }
            }
        }
        assertThat(counted).isGreaterThan(1000);
    }
}
