package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ToleranceTest {
    @ParameterizedTest(name = "{0} against {1} within rtol {2}, atol {3}: {4}")
    @CsvSource({
        // actual, expected, rtol, atol, agrees
        "1.0, 1.0, 0, 0, true",
        "0.0, -0.0, 0, 0, true",
        "1.1, 1.0, 0.1, 0.0000001, true",
        "1.1, 1.0, 0.09, 0, false",
        "0.9, 1.0, 0.09, 0, false",
        "1e-9, 0, 1, 0, false",
        "1e-9, 0, 0, 1e-9, true",
        "-2, -1, 1, 0, true",
        "NaN, NaN, 0, 0, true",
        "NaN, 1, 1e300, 1e300, false",
        "1, NaN, 1e300, 1e300, false",
        "Infinity, NaN, 1, 1, false",
        "Infinity, Infinity, 0, 0, true",
        "-Infinity, Infinity, 1, 1, false",
        "1e308, Infinity, 1, 1e308, false",
        "Infinity, 1e308, 1e300, 1e308, false",
        "NaN, Infinity, 1, 1, false",
    })
    void agrees(double actual, double expected, double rtol, double atol, boolean agrees) {
        assertThat(new Tolerance(rtol, atol, "table").agrees(actual, expected)).isEqualTo(agrees);
    }

    @Test
    void theBorderIsIncluded() {
        Tolerance tolerance = new Tolerance(0.5, 0.25, "exact in binary");
        assertThat(tolerance.agrees(0.75, 2)).isTrue();
        assertThat(tolerance.agrees(3.25, 2)).isTrue();
        assertThat(tolerance.agrees(Math.nextUp(3.25), 2)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, -Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesABrokenTolerance(double bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tolerance(bad, 0, "bad"))
                .withMessage("rtol " + bad + " is not a finite number of at least 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Tolerance(0, bad, "bad"))
                .withMessage("atol " + bad + " is not a finite number of at least 0");
    }
}
