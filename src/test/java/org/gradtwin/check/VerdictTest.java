package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
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

    @ParameterizedTest(name = "{0}: blunt {1}, explained {2}, fails {3}, with a reason {4}")
    @CsvSource({
        "AGREE, false, false, false, false",
        "DISAGREE, false, false, true, true",
        "SKIPPED, false, false, false, false",
        "VACUOUS, true, false, true, false",
        "DULL, true, false, true, false",
        "DRIFT, false, true, false, false",
        "CONVENTION, false, true, false, false",
        "KNOWN, false, true, false, false"
    })
    void theGateKnowsEveryVerdict(Verdict verdict, boolean blunt, boolean explained, boolean fails, boolean excused) {
        assertThat(verdict.blunt()).isEqualTo(blunt);
        assertThat(verdict.explained()).isEqualTo(explained);
        assertThat(verdict.failsGate(null)).isEqualTo(fails);
        assertThat(verdict.failsGate("a reason")).isEqualTo(excused);
        assertThat(Verdict.named(verdict.key())).isEqualTo(verdict);
    }

    @Test
    void aVerdictHasOneNameInReports() {
        assertThat(Verdict.CONVENTION.key()).isEqualTo("convention");
        assertThatThrownBy(() -> Verdict.named("CONVENTION"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no verdict 'CONVENTION'");
    }
}
