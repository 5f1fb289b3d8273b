package org.gradtwin.matrix.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of the elementary functions in ulp, against 40 decimal digits in float64 and against float64 in float32. */
class ElementaryFunctionsTest {
    private static final MathContext DIGITS = new MathContext(40);

    /** Kernels under the name that they are tested by. */
    private record Subject(Kernels kernels) {
        @Override
        public String toString() {
            return kernels.name();
        }
    }

    private static Stream<Subject> subjects() {
        Stream<Kernels> sets =
                Kernels.vectorIsPresent() ? Stream.of(Kernels.plain(), Kernels.vector()) : Stream.of(Kernels.plain());
        return sets.map(Subject::new);
    }

    /** Arguments of every magnitude, and dense ones where the reduction switches. */
    private static double[] arguments(double bound, int count) {
        Random random = new Random(42);
        double[] x = new double[count];
        for (int i = 0; i < count; i++) {
            double magnitude = i % 2 == 0 ? random.nextDouble() * bound : Math.exp(-30 * random.nextDouble()) * bound;
            x[i] = random.nextBoolean() ? magnitude : -magnitude;
        }
        return x;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void tanhIsWithinTwoUlp(Subject subject) {
        double[] x = arguments(23, 2_000);
        double[] y = new double[x.length];
        subject.kernels().tanh(x, y, 0, x.length);
        assertThat(worst(x, y, ElementaryFunctionsTest::tanh)).isLessThanOrEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void expIsWithinOneUlp(Subject subject) {
        double[] x = arguments(700, 1_000);
        double[] y = new double[x.length];
        subject.kernels().exp(x, y, 0, x.length);
        assertThat(worst(x, y, ElementaryFunctionsTest::exp)).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void float32IsWithinTheSameBounds(Subject subject) {
        checkFloats(subject.kernels(), 16_001);
    }

    /** Wherever the range is cut: inside of vectors too. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void cutsLeaveTheBitsAlone(Subject subject) {
        double[] x = arguments(30, 1_001);
        float[] x32 = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            x32[i] = (float) x[i];
        }
        double[] whole = functions(subject.kernels(), x, x.length);
        float[] whole32 = functions(subject.kernels(), x32, x.length);
        for (int step : new int[] {1, 7, 64, 333, 1000}) {
            assertThat(functions(subject.kernels(), x, step)).isEqualTo(whole);
            assertThat(functions(subject.kernels(), x32, step)).isEqualTo(whole32);
        }
    }

    private static double[] functions(Kernels kernels, double[] x, int step) {
        double[] y = new double[x.length];
        for (int from = 0; from < x.length; from += step) {
            int to = Math.min(x.length, from + step);
            kernels.relu(x, y, from, to);
            kernels.reluGradient(x, y, y, from, to);
            kernels.exp(y, y, from, to);
            kernels.tanh(y, y, from, to);
            kernels.erf(y, y, from, to);
        }
        return y;
    }

    private static float[] functions(Kernels kernels, float[] x, int step) {
        float[] y = new float[x.length];
        for (int from = 0; from < x.length; from += step) {
            int to = Math.min(x.length, from + step);
            kernels.relu(x, y, from, to);
            kernels.reluGradient(x, y, y, from, to);
            kernels.exp(y, y, from, to);
            kernels.tanh(y, y, from, to);
            kernels.erf(y, y, from, to);
        }
        return y;
    }

    /** In every lane of a vector, and in the remainder behind the last one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void reluOfSpecialValues(Subject subject) {
        Kernels kernels = subject.kernels();
        double inf = Double.POSITIVE_INFINITY;
        double[] x = {1, -1, 0.0, -0.0, Double.NaN, inf, -inf, 4.9e-324, -4.9e-324};
        double[] g = {2, inf, Double.NaN, 3, 5, -inf, 6, Double.NaN, 7};
        for (int at = 0; at < 40; at++) {
            for (int i = 0; i < x.length; i++) {
                double[] values = new double[40];
                double[] cotangents = new double[40];
                float[] values32 = new float[40];
                float[] cotangents32 = new float[40];
                values[at] = x[i];
                cotangents[at] = g[i];
                values32[at] = (float) (i < 7 ? x[i] : Math.signum(x[i]) * Float.MIN_VALUE);
                cotangents32[at] = (float) g[i];
                kernels.relu(values, values, 0, 40);
                kernels.relu(values32, values32, 0, 40);
                boolean off = x[i] <= 0;
                boolean negative = x[i] < 0;
                assertThat(values[at]).isEqualTo(Double.valueOf(negative ? 0 : x[i]));
                assertThat(values32[at])
                        .isEqualTo(Float.valueOf(negative ? 0 : i < 7 ? (float) x[i] : Float.MIN_VALUE));
                kernels.reluGradient(cotangents, values, cotangents, 0, 40);
                kernels.reluGradient(cotangents32, values32, cotangents32, 0, 40);
                assertThat(cotangents[at]).isEqualTo(Double.valueOf(off ? 0 : g[i]));
                assertThat(cotangents32[at]).isEqualTo(Float.valueOf(off ? 0 : (float) g[i]));
            }
        }
    }

    /** Every float. */
    @Tag("slow")
    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void everyFloatIsWithinTheSameBounds(Subject subject) {
        checkFloats(subject.kernels(), 1);
    }

    private static void checkFloats(Kernels kernels, int step) {
        float[] x = new float[1 << 16];
        float[] tanh = new float[x.length];
        float[] exp = new float[x.length];
        float[] erf = new float[x.length];
        double worstTanh = 0;
        double worstExp = 0;
        double worstErf = 0;
        for (long next = 0; next < 1L << 32; ) {
            for (int i = 0; i < x.length; i++, next += step) {
                x[i] = Float.intBitsToFloat((int) next);
            }
            kernels.tanh(x, tanh, 0, x.length);
            kernels.exp(x, exp, 0, x.length);
            kernels.erf(x, erf, 0, x.length);
            for (int i = 0; i < x.length; i++) {
                // StrictMath errs by 2^-29 of a float's ulp.
                worstTanh = Math.max(worstTanh, ulps(tanh[i], StrictMath.tanh(x[i])));
                worstExp = Math.max(worstExp, ulps(exp[i], StrictMath.exp(x[i])));
                worstErf = Math.max(worstErf, ulps(erf[i], Elementary.erf(x[i])));
            }
        }
        assertThat(worstTanh).isLessThanOrEqualTo(2);
        assertThat(worstExp).isLessThanOrEqualTo(1);
        assertThat(worstErf).isLessThanOrEqualTo(2);
    }

    private static double ulps(float actual, double expected) {
        float rounded = (float) expected;
        if (Float.isNaN(rounded) || Float.isInfinite(rounded)) {
            return Float.compare(actual, rounded) == 0 ? 0 : Double.POSITIVE_INFINITY;
        }
        return Math.abs(actual - expected) / Math.ulp(rounded);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void specialValues(Subject subject) {
        double[] x = {0.0, -0.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1000, -1000, 4.9e-324};
        double[] tanh = new double[x.length];
        double[] exp = new double[x.length];
        double[] erf = new double[x.length];
        subject.kernels().tanh(x, tanh, 0, x.length);
        subject.kernels().exp(x, exp, 0, x.length);
        subject.kernels().erf(x, erf, 0, x.length);
        assertThat(tanh).containsExactly(0.0, -0.0, 1, -1, Double.NaN, 1, -1, 4.9e-324);
        assertThat(erf).containsExactly(0.0, -0.0, 1, -1, Double.NaN, 1, -1, 4.9e-324);
        assertThat(exp).containsExactly(1, 1, Double.POSITIVE_INFINITY, 0, Double.NaN, Double.POSITIVE_INFINITY, 0, 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void expUnderflowsGradually(Subject subject) {
        double[] x = {-708, -709, -720, -744, -745.1, -746};
        double[] y = new double[x.length];
        subject.kernels().exp(x, y, 0, x.length);
        for (int i = 0; i < x.length; i++) {
            assertThat(Math.abs(y[i] - StrictMath.exp(x[i])) <= 2 * Double.MIN_VALUE + Math.ulp(y[i]))
                    .as("exp(%s) = %s", x[i], y[i])
                    .isTrue();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("subjects")
    void erfIsWithinOneUlp(Subject subject) {
        double[] x = arguments(6.5, 300);
        double[] y = new double[x.length];
        subject.kernels().erf(x, y, 0, x.length);
        assertThat(worst(x, y, ElementaryFunctionsTest::erf)).isLessThanOrEqualTo(1);
    }

    private static double worst(double[] x, double[] y, UnaryOperator<BigDecimal> exact) {
        double worst = 0;
        for (int i = 0; i < x.length; i++) {
            BigDecimal expected = exact.apply(new BigDecimal(x[i]));
            double error = new BigDecimal(y[i]).subtract(expected).abs().doubleValue();
            worst = Math.max(worst, error / Math.ulp(expected.doubleValue()));
        }
        return worst;
    }

    private static BigDecimal tanh(BigDecimal x) {
        // Without cancellation for small x: sinh by its series.
        if (x.abs().doubleValue() < 0.5) {
            BigDecimal sinh = series(x, 1);
            BigDecimal cosh = series(x, 0);
            return sinh.divide(cosh, DIGITS);
        }
        BigDecimal e = exp(x.multiply(BigDecimal.valueOf(2)));
        return e.subtract(BigDecimal.ONE).divide(e.add(BigDecimal.ONE), DIGITS);
    }

    /** Σ x^k/k! over even or odd k. */
    private static BigDecimal series(BigDecimal x, int parity) {
        BigDecimal term = parity == 0 ? BigDecimal.ONE : x;
        BigDecimal sum = term;
        for (int k = parity + 1; k < 60; k += 2) {
            term = term.multiply(x, DIGITS).multiply(x, DIGITS).divide(BigDecimal.valueOf((long) k * (k + 1)), DIGITS);
            sum = sum.add(term, DIGITS);
        }
        return sum;
    }

    private static BigDecimal exp(BigDecimal x) {
        int halvings = Math.max(0, Math.getExponent(x.doubleValue()) + 4);
        BigDecimal small = x.divide(BigDecimal.valueOf(2).pow(halvings), new MathContext(60));
        BigDecimal term = BigDecimal.ONE;
        BigDecimal sum = BigDecimal.ONE;
        MathContext more = new MathContext(60);
        for (int k = 1; k < 45; k++) {
            term = term.multiply(small, more).divide(BigDecimal.valueOf(k), more);
            sum = sum.add(term, more);
        }
        for (int i = 0; i < halvings; i++) {
            sum = sum.multiply(sum, more);
        }
        return sum;
    }

    /** 2/√π Σ (−1)^k x^(2k+1)/(k!·(2k+1)), with digits enough for its cancellation. */
    private static BigDecimal erf(BigDecimal x) {
        MathContext more = new MathContext(70);
        BigDecimal square = x.multiply(x, more);
        BigDecimal power = x;
        BigDecimal sum = x;
        for (int k = 1; k < 260; k++) {
            power = power.multiply(square, more).divide(BigDecimal.valueOf(-k), more);
            sum = sum.add(power.divide(BigDecimal.valueOf(2L * k + 1), more), more);
        }
        return sum.multiply(TWO_OVER_SQRT_PI, more);
    }

    private static final BigDecimal TWO_OVER_SQRT_PI =
            new BigDecimal("1.12837916709551257389615890312154517168810125865799771368817144");
}
