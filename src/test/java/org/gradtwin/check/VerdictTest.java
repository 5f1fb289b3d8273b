package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
    @ParameterizedTest(name = "{0} for {1} within {2} → {3}")
    @CsvSource({
        "1, 1, 0.001, AGREE",
        "0, 1, 0.001, DISAGREE",
        "NaN, 1, 2, DISAGREE",
        "5, 1, 2, DISAGREE",
        "1, 1, 0.01, AGREE",
        "1, 1, 0.011, DULL",
        "1, 1, 0.99, DULL",
        "0, 1, 0.99, DISAGREE",
        "1, 1, 1, VACUOUS",
        "0, 1, 2, VACUOUS"
    })
    void aComparisonAgreesOnlyIfItCouldHaveFailed(double actual, double expected, double atol, Verdict verdict) {
        Tensor reference = Tensor.scalar(DType.FLOAT64, expected);
        Tolerance tolerance = new Tolerance(0, atol, "for a test");
        Comparison comparison = Comparison.of(Tensor.scalar(DType.FLOAT64, actual), reference, tolerance);
        assertThat(Verdict.of(comparison, Optional.of(Sharpness.of(reference, tolerance))))
                .isEqualTo(verdict);
        assertThat(Verdict.of(comparison, Optional.empty()))
                .isEqualTo(comparison.agrees() ? Verdict.AGREE : Verdict.DISAGREE);
    }
}
