package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharpnessTest {
    private static Tensor vector(double... values) {
        return Tensor.of(DType.FLOAT64, Shape.of(values.length), values);
    }

    @Test
    void isTheRelativeErrorOfTheWholeTensorThatWouldBeNoticed() {
        Sharpness sharpness = Sharpness.of(vector(1, -4), new Tolerance(0.001, 0.04, "t"));
        assertThat(sharpness.sharpness()).isEqualTo(0.011);
        assertThat(sharpness.dull()).isTrue();
        assertThat(sharpness.vacuous()).isFalse();
        assertThat(sharpness.guarded()).isEqualTo(1);
    }

    /** At 1 % exactly, an error of more is noticed; at 100 % exactly, zeros pass. */
    @ParameterizedTest(name = "rtol {0}: dull {1}, vacuous {2}")
    @CsvSource({
        "0.0099, false, false",
        "0.01, false, false",
        "0.0101, true, false",
        "0.99, true, false",
        "1, true, true"
    })
    void theBordersBelongToTheBetterSideAndToTheWorse(double rtol, boolean dull, boolean vacuous) {
        Sharpness sharpness = Sharpness.of(vector(1, -4), new Tolerance(rtol, 0, "t"));
        assertThat(sharpness.dull()).isEqualTo(dull);
        assertThat(sharpness.vacuous()).isEqualTo(vacuous);
    }

    @Test
    void theNotebooksOwnCheckIsVacuous() {
        Sharpness sharpness = Sharpness.of(
                Tensor.scalar(DType.FLOAT64, 7.484014113872599e-08), new Tolerance(0, 1e-5, "the notebook's"));
        assertThat(sharpness.vacuous()).isTrue();
    }

    @ParameterizedTest(name = "scaled by 1 + {0}: noticed {1}")
    @CsvSource({"0.02, true", "-0.02, true", "0.005, false"})
    void predictsWhichScaledAnswersAreNoticed(double error, boolean noticed) {
        Tolerance tolerance = new Tolerance(0.001, 0.04, "t");
        Tensor expected = vector(1, -4);
        Tensor scaled = vector(1 + error, -4 * (1 + error));
        assertThat(Math.abs(error) > Sharpness.of(expected, tolerance).sharpness())
                .isEqualTo(noticed);
        assertThat(Comparison.of(scaled, expected, tolerance).agrees()).isEqualTo(!noticed);
    }

    @Test
    void guardedCountsTheElementsThatAreLargeEnough() {
        Sharpness sharpness = Sharpness.of(vector(10, 0.1, 0, Double.NaN), new Tolerance(0, 0.01, "t"));
        assertThat(sharpness.guarded()).isEqualTo(0.5);
    }

    @Test
    void zerosAreExactWithoutAbsoluteToleranceAndVacuousWithIt() {
        Sharpness exact = Sharpness.of(vector(0, -0.0), new Tolerance(1e-3, 0, "t"));
        assertThat(exact.zero()).isTrue();
        assertThat(exact.vacuous()).isFalse();
        Sharpness wide = Sharpness.of(vector(0, 0), new Tolerance(0, 1e-300, "t"));
        assertThat(wide.vacuous()).isTrue();
    }

    @Test
    void nothingComparedIsVacuousAndNothingFiniteIsExact() {
        assertThat(Sharpness.of(vector(), new Tolerance(0, 0, "t")).vacuous()).isTrue();
        assertThat(Sharpness.of(vector(Double.NaN, Double.POSITIVE_INFINITY), new Tolerance(0, 5, "t"))
                        .sharpness())
                .isZero();
    }

    @Test
    void anElementThatIsNotFiniteOrZeroCountsInNothingElse() {
        Tolerance tolerance = new Tolerance(0, 0.125, "t");
        for (double other : new double[] {Double.POSITIVE_INFINITY, Double.NaN, 0}) {
            Sharpness sharpness = Sharpness.of(vector(other, 4), tolerance);
            assertThat(sharpness.sharpness()).as("beside %s", other).isEqualTo(0.03125);
            assertThat(sharpness.guarded()).as("beside %s", other).isEqualTo(1);
            assertThat(sharpness.zero()).as("beside %s", other).isFalse();
        }
        assertThat(Sharpness.of(vector(), tolerance).zero()).isFalse();
    }

    /** 5 % of 20 is 1. */
    @Test
    void anErrorThatIsJustAllowedIsNotNoticed() {
        assertThat(Sharpness.of(vector(20), new Tolerance(0, 1, "t")).guarded()).isZero();
        assertThat(Sharpness.of(vector(20), new Tolerance(0, 0.99, "t")).guarded())
                .isEqualTo(1);
    }
}
