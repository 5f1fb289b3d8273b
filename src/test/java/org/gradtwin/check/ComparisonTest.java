package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComparisonTest {
    private static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    private static Tensor matrix(double... values) {
        return Tensor.of(DType.FLOAT64, Shape.of(2, values.length / 2), values);
    }

    @Test
    void countsEveryMismatchAndNamesTheWorst() {
        Comparison comparison =
                Comparison.of(matrix(1, 2, 3.1, 4, 5, 6.6), matrix(1, 2, 3, 4, 5, 6), new Tolerance(0.01, 0, "1 %"));

        assertThat(comparison.agrees()).isFalse();
        assertThat(comparison.elements()).isEqualTo(6);
        assertThat(comparison.mismatched()).isEqualTo(2);
        assertThat(comparison.worst().index()).containsExactly(1, 2);
        assertThat(comparison.worst().expected()).isEqualTo(6);
        assertThat(comparison.worst().actual()).isEqualTo(6.6);
        assertThat(comparison.worst().rel()).isBetween(0.0999, 0.1001);
        assertThat(comparison.worst().ofAllowed()).isBetween(9.9, 10.1);
    }

    @Test
    void measuresTheErrorInUlpOfTheType() {
        double next = Math.nextUp(3.0f);
        Tensor expected = Tensor.scalar(DType.FLOAT32, 3);
        assertThat(Comparison.of(Tensor.scalar(DType.FLOAT32, next), expected, EXACT)
                        .worst()
                        .ulp())
                .isEqualTo(1);
        assertThat(Comparison.of(Tensor.scalar(DType.FLOAT64, Math.nextUp(3.0)), Tensor.scalar(DType.FLOAT64, 3), EXACT)
                        .worst()
                        .ulp())
                .isEqualTo(1);
    }

    @Test
    void oneNanAmongManyIsAMismatch() {
        Comparison comparison =
                Comparison.of(matrix(1, Double.NaN, 3, 4), matrix(1, 2, 3, 4), new Tolerance(1e9, 1e9, "wide"));
        assertThat(comparison.mismatched()).isEqualTo(1);
        assertThat(comparison.worst().index()).containsExactly(0, 1);
        assertThat(comparison.worst().ofAllowed()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void nanInTheSamePlaceAgreesAndInTheOtherDoesNot() {
        Tensor expected = matrix(Double.NaN, 2, 3, 4);
        assertThat(Comparison.of(matrix(Double.NaN, 2, 3, 4), expected, EXACT).agrees())
                .isTrue();
        assertThat(Comparison.of(matrix(2, Double.NaN, 3, 4), expected, EXACT).mismatched())
                .isEqualTo(2);
    }

    @Test
    void shapeAndTypeMustBeEqual() {
        Tensor row = Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2);
        Tensor column = Tensor.of(DType.FLOAT64, Shape.of(2, 1), 1, 2);
        Tensor single = Tensor.of(DType.FLOAT32, Shape.of(2), 1, 2);
        assertThat(Comparison.of(column, row, EXACT).problem()).isEqualTo("the shape is (2, 1), expected (2,)");
        assertThat(Comparison.of(single, row, EXACT).problem()).isEqualTo("the type is float32, expected float64");
    }

    @Test
    void aMissingGradientIsNotZero() {
        Optional<Tensor> zero = Optional.of(Tensor.scalar(DType.FLOAT64, 0));
        Tolerance wide = new Tolerance(0, 1, "wide");
        assertThat(Comparison.of(Optional.empty(), zero, wide).problem())
                .isEqualTo("there is no gradient, expected one of shape ()");
        assertThat(Comparison.of(zero, Optional.empty(), wide).problem())
                .isEqualTo("there is a gradient, but the root does not depend on it");
        assertThat(Comparison.of(Optional.empty(), Optional.empty(), wide).agrees())
                .isTrue();
    }

    @Test
    void theWorstElementIsTheFirstOfThoseThatAreFarthestOff() {
        Tolerance wide = new Tolerance(0, 1, "wide");
        assertThat(Comparison.of(matrix(1, 2), matrix(1, 2), wide).worst().index())
                .containsExactly(0, 0);
        assertThat(Comparison.of(matrix(1, 2.5, 3, 4.5), matrix(1, 2, 3, 4), wide)
                        .worst()
                        .index())
                .containsExactly(0, 1);
        assertThat(Comparison.of(matrix(1, 2.25, 3.75, 4.5), matrix(1, 2, 3, 4), wide)
                        .worst()
                        .index())
                .containsExactly(1, 0);
    }

    @ParameterizedTest(name = "{1} for {0}: {2} ulp, in ulp {3}")
    @CsvSource({
        "1, 2, 4503599627370496, true",
        "1, 0, 4503599627370496, true",
        "1, 2.5, 6755399441055744, false",
        "0, 4.9E-324, 1, false",
        "NaN, NaN, 0, true",
        "Infinity, Infinity, 0, true",
        "Infinity, 1, Infinity, false",
        "1, NaN, Infinity, false"
    })
    void anErrorIsToldInUlpUpToTheSizeOfTheNumber(double expected, double actual, double ulp, boolean told) {
        Discrepancy worst = Comparison.of(
                        Tensor.scalar(DType.FLOAT64, actual), Tensor.scalar(DType.FLOAT64, expected), EXACT)
                .worst();
        assertThat(worst.ulp()).isEqualTo(ulp);
        assertThat(worst.inUlp()).isEqualTo(told);
    }

    @Test
    void aComparisonIsALine() {
        Tolerance tolerance = new Tolerance(0, 0.25, "wide");
        assertThat(Comparison.of(matrix(1, 2.5), matrix(1, 2), tolerance))
                .hasToString("1 of 2 elements off, worst at [1, 0]: 2.5, expected 2.0, 2.0 times what is allowed");
        assertThat(Comparison.of(matrix(), matrix(), tolerance)).hasToString("0 of 0 elements off");
        assertThat(Comparison.of(Optional.empty(), Optional.of(matrix(1, 2)), tolerance))
                .hasToString("there is no gradient, expected one of shape (2, 1)");
    }
}
