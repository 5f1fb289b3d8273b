package org.gradtwin.engines.exact;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RealTest {
    private static String digits(Real real) {
        return Objects.requireNonNull(real.digits()).toPlainString();
    }

    @Test
    void functionsHaveFiftyDigits() {
        assertThat(digits(Real.ONE.exp())).startsWith("2.71828182845904523536028747135266249775724709");
        assertThat(digits(Real.of(2).log())).startsWith("0.69314718055994530941723212145817656807550013");
        assertThat(digits(Real.of(2).sqrt())).startsWith("1.41421356237309504880168872420969807856967187");
        assertThat(digits(Real.of(1).sin())).startsWith("0.84147098480789650665250232163029899962256306");
        assertThat(digits(Real.of(1).cos())).startsWith("0.54030230586813971740093660744297660373231042");
        assertThat(digits(Real.of(1).tanh())).startsWith("0.76159415595576488811945828260479359041276859");
        assertThat(digits(Real.of(1).erf())).startsWith("0.84270079294971486934122063508260925929606699");
        assertThat(digits(Real.of(8.5).erf())).startsWith("0.999999999999999999999999999999997237675928666228");
        assertThat(digits(Real.of(8.5).erfc()))
                .startsWith("0.0000000000000000000000000000000027623240713337714461345029300577822");
        assertThat(digits(Real.of(-8.5).erfc())).startsWith("1.9999999999999999999999999999999972376759286662");
        assertThat(Real.of(27).erfc().toDouble()).isEqualTo(5.237048923789256e-319);
        assertThat(Objects.requireNonNull(Real.of(1e-300).erf().digits()).toString())
                .startsWith("1.128379167095512602172316076304365057618110090626")
                .endsWith("E-300");
        assertThat(digits(Real.of(2).pow(Real.of(0.5)))).startsWith("1.41421356237309504880168872420969807856967187");
    }

    @Test
    void nothingCancelsNearZero() {
        Real x = Real.of(0x1p-60);
        Real half = x.times(x).over(Real.of(2));
        assertThat(x.expm1().minus(x).over(half).toDouble()).isEqualTo(1);
        assertThat(x.minus(x.log1p()).over(half).toDouble()).isEqualTo(1);
        assertThat(x.tanh().over(x).toDouble()).isEqualTo(1);
    }

    /** e^−10⁶ has 434,294 zeros: no function may compute as many digits. */
    @Test
    @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void farFromDoublesNothingTakesLong() {
        Real tiny = Real.of(-1e6).exp();
        assertThat(tiny.log1p().over(tiny).toDouble()).isEqualTo(1);
        assertThat(tiny.expm1().over(tiny).toDouble()).isEqualTo(1);
        assertThat(tiny.sin().over(tiny).toDouble()).isEqualTo(1);
        assertThat(tiny.tanh().over(tiny).toDouble()).isEqualTo(1);
        assertThat(tiny.cos().toDouble()).isEqualTo(1);
        assertThat(tiny.log().toDouble()).isEqualTo(-1e6);
        Real huge = Real.of(1e6).exp();
        assertThat(huge.log().toDouble()).isEqualTo(1e6);
        assertThat(huge.log1p().toDouble()).isEqualTo(1e6);
        assertThat(huge.sin().isNaN()).isTrue();
        assertThat(huge.cos().isNaN()).isTrue();
    }

    @Test
    void whatIsNoFiniteNumberIsAsInIeee() {
        Real inf = Real.of(Double.POSITIVE_INFINITY);
        Real minusZero = Real.of(-0.0);
        assertThat(inf.minus(inf).isNaN()).isTrue();
        assertThat(inf.times(Real.ZERO).isNaN()).isTrue();
        assertThat(Real.ONE.over(minusZero).toDouble()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(minusZero.plus(minusZero).toDouble()).isEqualTo(-0.0);
        assertThat(minusZero.plus(Real.ZERO).toDouble()).isEqualTo(0.0);
        assertThat(Real.of(-2).times(Real.ZERO).toDouble()).isEqualTo(-0.0);
        assertThat(Real.of(-1).log().isNaN()).isTrue();
        assertThat(Real.of(-1).log1p().toDouble()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(Real.of(1e300).exp().toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Real.of(-2).pow(Real.of(3)).toDouble()).isEqualTo(-8);
        assertThat(Real.of(-2).pow(Real.of(0.5)).isNaN()).isTrue();
        assertThat(Real.of(0.5).pow(inf).toDouble()).isEqualTo(0);
        assertThat(inf.compare(Real.of(1e308))).isPositive();
        assertThat(minusZero.compare(Real.ZERO)).isZero();
    }

    @Test
    void onePowerIsOneWhateverTheExponent() {
        assertThat(Real.ONE.pow(Real.of(Double.NaN))).isEqualTo(Real.ONE);
        assertThat(Real.of(-1).pow(Real.of(Double.NEGATIVE_INFINITY))).isEqualTo(Real.ONE);
        assertThat(Real.of(-1).pow(Real.of(Double.NaN)).isNaN()).isTrue();
    }

    /** A double may have 767 digits. */
    @Test
    void aDoubleKeepsAllItsDigits() {
        assertThat(Real.of(1e300).sin().toDouble()).isEqualTo(-0.8178819121159085);
        assertThat(Real.of(-1e300).negate()).isEqualTo(Real.of(1e300));
    }

    @Test
    void numbersBeyondADoubleComeBack() {
        Real huge = Real.of(1e308).times(Real.of(1e308));
        assertThat(huge.toDouble()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(huge.over(Real.of(1e308)).toDouble()).isEqualTo(1e308);
    }
}
