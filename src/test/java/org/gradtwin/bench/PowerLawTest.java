package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PowerLawTest {
    private static final double[] SIZES = {1e3, 2e3, 5e3, 1e4, 3e4, 1e5};

    @ParameterizedTest(name = "y = {0} x^{1}")
    @CsvSource({"3, 1", "0.25, 1.5", "1e6, -0.5", "7, 0"})
    void anExactLawIsFound(double factor, double exponent) {
        double[] y =
                DoubleStream.of(SIZES).map(x -> factor * Math.pow(x, exponent)).toArray();
        PowerLaw law = PowerLaw.fit(SIZES, y);
        assertThat(law.exponent()).isCloseTo(exponent, within(1e-12));
        assertThat(law.low()).isCloseTo(exponent, within(1e-12));
        assertThat(law.high()).isCloseTo(exponent, within(1e-12));
        assertThat(law.at(100) / (factor * Math.pow(100, exponent))).isCloseTo(1, within(1e-11));
    }

    /** With noise of 5 %, in 400 trials: a 95 % interval misses about 20 times; fewer than 5 or more than 45 would be 3 in a million. */
    @Test
    void theIntervalCoversTheExponentAsOftenAsItSays() {
        SplittableRandom random = new SplittableRandom(42);
        int missed = 0;
        for (int trial = 0; trial < 400; trial++) {
            double[] y = new double[SIZES.length];
            for (int i = 0; i < y.length; i++) {
                double bell = random.doubles(12).sum() - 6;
                y[i] = Math.pow(SIZES[i], 1.07) * Math.exp(0.05 * bell);
            }
            PowerLaw law = PowerLaw.fit(SIZES, y);
            missed += law.low() <= 1.07 && 1.07 <= law.high() ? 0 : 1;
        }
        assertThat(missed).isBetween(5, 45);
    }

    /** From the tables of Student's distribution. */
    @ParameterizedTest(name = "{0} degrees")
    @CsvSource({"2, 4.3027, 0.05", "4, 2.7764, 2e-3", "10, 2.2281, 1e-4", "68, 1.9955, 1e-4"})
    void quantilesOfStudentsDistribution(int degrees, double quantile, double tolerance) {
        assertThat(PowerLaw.student(degrees)).isCloseTo(quantile, within(tolerance));
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> PowerLaw.fit(new double[3], new double[3])).hasMessageContaining("4 points");
        assertThatThrownBy(() -> PowerLaw.fit(SIZES, new double[6])).hasMessageContaining("0.0");
        assertThatThrownBy(() -> PowerLaw.fit(new double[] {2, 2, 2, 2}, new double[] {1, 2, 3, 4}))
                .hasMessageContaining("same x");
    }
}
