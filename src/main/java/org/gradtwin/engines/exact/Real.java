package org.gradtwin.engines.exact;

import ch.obermuhlner.math.big.BigDecimalMath;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A number of 50 digits, or what IEEE 754 has besides: NaN, the infinities, zeros with a sign. There is no largest and no smallest
 * number but for exponentials, which end at e^±10⁶.
 *
 * @param digits the number if it is finite and not 0, else null
 * @param special NaN, an infinity or a zero; for another number its sign
 */
record Real(@Nullable BigDecimal digits, double special) {
    /** How many digits are kept. */
    static final int DIGITS = 50;

    private static final MathContext CONTEXT = new MathContext(DIGITS);
    private static final BigDecimal FARTHEST = new BigDecimal("1e6");

    /** Powers of ten that hold all doubles. */
    private static final int OF_DOUBLES = 400;

    static final Real ZERO = new Real(null, 0.0);
    static final Real ONE = of(1);
    static final Real PI = of(BigDecimalMath.pi(CONTEXT));

    /** The number that a double is, with all of its digits: up to 767. */
    static Real of(double value) {
        return value == 0 || Double.isNaN(value) || Double.isInfinite(value)
                ? new Real(null, value)
                : new Real(new BigDecimal(value), Math.signum(value));
    }

    private static Real of(BigDecimal digits) {
        BigDecimal rounded = digits.round(CONTEXT);
        return rounded.signum() == 0 ? ZERO : new Real(rounded, rounded.signum());
    }

    /** The nearest double. */
    double toDouble() {
        return digits == null ? special : digits.doubleValue();
    }

    boolean isNaN() {
        return Double.isNaN(special);
    }

    boolean isZero() {
        return special == 0;
    }

    /** Minus 1, 0, 1, or NaN. */
    private double sign() {
        return Math.signum(special);
    }

    Real negate() {
        return new Real(digits == null ? null : digits.negate(), -special);
    }

    Real abs() {
        return special < 0 || 1 / special < 0 ? negate() : this;
    }

    Real plus(Real other) {
        if (digits != null && other.digits != null) {
            return of(digits.add(other.digits, CONTEXT));
        }
        if (digits != null && other.isZero()) {
            return this;
        }
        return other.digits != null && isZero() ? other : of(special + other.special);
    }

    Real minus(Real other) {
        return plus(other.negate());
    }

    Real times(Real other) {
        return digits != null && other.digits != null
                ? of(digits.multiply(other.digits, CONTEXT))
                : special(other, (a, b) -> a * b);
    }

    Real over(Real other) {
        return digits != null && other.digits != null
                ? of(digits.divide(other.digits, CONTEXT))
                : special(other, (a, b) -> a / b);
    }

    /** Where an operand is a zero or not finite, so is the result, and of the other one only the sign counts. */
    private Real special(Real other, DoubleBinaryOperator operator) {
        return of(operator.applyAsDouble(special, other.special));
    }

    /** As {@link Double#compare} but for zeros, which are equal; NaN is for the caller. */
    int compare(Real other) {
        if (digits != null && other.digits != null) {
            return digits.compareTo(other.digits);
        }
        // Infinities are farther than any number, whose sign stands for it.
        double a = Double.isInfinite(special) ? special : sign();
        double b = Double.isInfinite(other.special) ? other.special : other.sign();
        return a < b ? -1 : a > b ? 1 : 0;
    }

    Real exp() {
        return function(Math::exp, x -> far(x) ? edge(x, 0) : of(BigDecimalMath.exp(x, CONTEXT)));
    }

    /** eˣ − 1, with as many digits more as x has zeros behind the point. */
    Real expm1() {
        return function(Math::expm1, x -> {
            if (far(x)) {
                return edge(x, -1);
            } else if (tiny(x)) {
                return of(x.add(halfSquare(x), CONTEXT));
            }
            MathContext context = new MathContext(DIGITS + 2 + leadingZeros(x));
            return of(BigDecimalMath.exp(x, context).subtract(BigDecimal.ONE));
        });
    }

    Real log() {
        return digits != null && special < 0 ? of(Double.NaN) : function(Math::log, x -> of(logarithm(x)));
    }

    /** ln(1 + x), likewise. */
    Real log1p() {
        return function(Math::log1p, x -> {
            if (tiny(x)) {
                return of(x.subtract(halfSquare(x), CONTEXT));
            }
            BigDecimal sum = x.add(BigDecimal.ONE);
            return sum.signum() <= 0
                    ? sum.signum() == 0 ? of(Double.NEGATIVE_INFINITY) : of(Double.NaN)
                    : of(logarithm(sum));
        });
    }

    Real sqrt() {
        return digits != null && special < 0
                ? of(Double.NaN)
                : function(Math::sqrt, x -> of(BigDecimalMath.sqrt(x, CONTEXT)));
    }

    Real sin() {
        return function(
                Math::sin, x -> tiny(x) ? this : turned(x) ? of(Double.NaN) : of(BigDecimalMath.sin(x, angle(x))));
    }

    Real cos() {
        return function(
                Math::cos, x -> tiny(x) ? ONE : turned(x) ? of(Double.NaN) : of(BigDecimalMath.cos(x, angle(x))));
    }

    /** (e²ˣ − 1)/(e²ˣ + 1). */
    Real tanh() {
        return function(Math::tanh, x -> {
            Real t = this.plus(this).expm1();
            return t.digits == null ? of(sign()) : t.over(t.plus(of(2)));
        });
    }

    /** (eˣ − e⁻ˣ)/2 by eˣ − 1. */
    Real sinh() {
        return function(Math::sinh, x -> {
            Real one = expm1();
            return one.digits == null && one.special > 0
                    ? one
                    : one.over(ONE.plus(one)).plus(one).over(of(2));
        });
    }

    Real asin() {
        return within(Math::asin, x -> BigDecimalMath.asin(x, CONTEXT));
    }

    Real acos() {
        return within(Math::acos, x -> BigDecimalMath.acos(x, CONTEXT));
    }

    /** NaN outside of [−1, 1]. */
    private Real within(DoubleUnaryOperator special, UnaryOperator<BigDecimal> function) {
        return function(special, x -> x.abs().compareTo(BigDecimal.ONE) > 0 ? of(Double.NaN) : of(function.apply(x)));
    }

    Real atan() {
        return function(Math::atan, x -> tiny(x) ? this : of(BigDecimalMath.atan(x, CONTEXT)));
    }

    /** The angle of (x, y), this being y. */
    Real atan2(Real x) {
        return digits != null && x.digits != null
                ? of(BigDecimalMath.atan2(digits, x.digits, CONTEXT))
                : special(x, Math::atan2);
    }

    /** ln(|x| + √(x² + 1)) with the sign of x, as ln(1 + |x| + x²/(1 + √(x² + 1))). */
    Real asinh() {
        return function(x -> x, x -> {
            Real size = abs();
            Real square = size.times(size);
            Real log = size.plus(square.over(ONE.plus(square.plus(ONE).sqrt()))).log1p();
            return special < 0 ? log.negate() : log;
        });
    }

    /** ln(x + √(x² − 1)), as ln(1 + t + √(t² + 2t)) of t = x − 1; NaN below 1. */
    Real acosh() {
        Real t = minus(ONE);
        return t.compare(ZERO) < 0 || isNaN()
                ? of(Double.NaN)
                : t.plus(t.times(t.plus(of(2))).sqrt()).log1p();
    }

    /** −1, 0 or 1; of NaN 0, as PyTorch has it. */
    Real signum() {
        return isNaN() ? ZERO : of(sign());
    }

    /** A whole number beside it; zeros keep its sign. */
    Real whole(RoundingMode mode) {
        return function(x -> x, x -> {
            BigDecimal whole = x.scale() <= 0 ? x : x.setScale(0, mode);
            return whole.signum() == 0 ? of(Math.copySign(0, special)) : of(whole);
        });
    }

    /** What a division whose quotient is cut off leaves, with the sign of this. */
    Real remainder(Real divisor) {
        if (digits == null || divisor.digits == null) {
            return digits != null && Double.isInfinite(divisor.special) ? this : special(divisor, (a, b) -> a % b);
        }
        BigDecimal rest = digits.remainder(divisor.digits);
        return rest.signum() == 0 ? of(Math.copySign(0, special)) : of(rest);
    }

    Real erf() {
        return function(x -> x == 0 ? x : Math.signum(x), x -> square(x) > 150 ? of(sign()) : of(erf(x, DIGITS + 10)));
    }

    /** 1 − erf(x), with as many digits more of erf(x) as it has nines. */
    Real erfc() {
        return function(
                x -> 1 - Math.signum(x),
                x -> x.signum() < 0 || square(x) > 1e5
                        ? ONE.minus(erf())
                        : of(BigDecimal.ONE.subtract(erf(x, DIGITS + 10 + (int) square(x) / 2))));
    }

    private static double square(BigDecimal x) {
        return x.multiply(x).doubleValue();
    }

    /** 2/√π·e^(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n + 1)‼. */
    private static BigDecimal erf(BigDecimal x, int digits) {
        MathContext context = new MathContext(digits);
        BigDecimal square = x.multiply(x);
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal next = x.round(context);
        BigDecimal term = next;
        for (int n = 1; next.compareTo(sum) != 0; n++) {
            sum = next;
            term = term.multiply(square, context)
                    .multiply(BigDecimal.valueOf(2))
                    .divide(BigDecimal.valueOf(2L * n + 1), context);
            next = sum.add(term, context);
        }
        return sum.multiply(BigDecimalMath.exp(square.negate(), context), context)
                .multiply(BigDecimal.valueOf(2))
                .divide(BigDecimalMath.sqrt(BigDecimalMath.pi(context), context), context);
    }

    /** The power, with C's conventions where an operand is special: 1 to any power is 1, and so is −1 to an infinite one. */
    Real pow(Real exponent) {
        boolean one = digits != null && digits.abs().compareTo(BigDecimal.ONE) == 0;
        if (one && (special > 0 || Double.isInfinite(exponent.special))) {
            return ONE;
        }
        if (digits == null || exponent.digits == null) {
            // |x| < 1 decides for an infinite exponent.
            double base =
                    digits == null || one ? special : sign() * (digits.abs().compareTo(BigDecimal.ONE) < 0 ? 0.5 : 2);
            double power = exponent.digits == null ? exponent.special : exponent.parity();
            return of(Math.pow(base, power));
        }
        boolean whole = exponent.digits.stripTrailingZeros().scale() <= 0;
        if (special < 0 && !whole) {
            return of(Double.NaN);
        }
        if (whole && exponent.digits.abs().compareTo(FARTHEST) < 0) {
            return of(BigDecimalMath.pow(digits, exponent.digits.longValueExact(), CONTEXT));
        }
        Real size = exponent.times(abs().log()).exp();
        return special < 0 && exponent.parity() % 2 != 0 ? size.negate() : size;
    }

    /** A double of the same sign that is a whole number, odd or even, where this is one. */
    private double parity() {
        BigDecimal number = digits;
        if (number == null || number.stripTrailingZeros().scale() > 0) {
            return sign() * 0.5;
        }
        return sign() * (number.toBigInteger().testBit(0) ? 3 : 2);
    }

    private Real function(DoubleUnaryOperator special, java.util.function.Function<BigDecimal, Real> finite) {
        return digits == null ? of(special.applyAsDouble(this.special)) : finite.apply(digits);
    }

    private static boolean far(BigDecimal x) {
        return x.abs().compareTo(FARTHEST) > 0;
    }

    private static Real edge(BigDecimal x, double left) {
        return of(x.signum() > 0 ? Double.POSITIVE_INFINITY : left);
    }

    /** Whether two terms of a series at 0 have all digits: e^-100000 has 43,429 zeros, and as many digits more would take minutes. */
    private static boolean tiny(BigDecimal x) {
        return x.signum() != 0 && leadingZeros(x) > DIGITS;
    }

    /** ln x; far from doubles that of the digits and of the power of ten apart, for the library would take minutes. */
    private static BigDecimal logarithm(BigDecimal x) {
        MathContext context = near(x);
        int power = power(x);
        if (Math.abs(power) <= OF_DOUBLES) {
            return BigDecimalMath.log(x, context);
        }
        BigDecimal digits = x.scaleByPowerOfTen(-power).round(context);
        BigDecimal ten = BigDecimalMath.log(BigDecimal.TEN, context);
        return BigDecimalMath.log(digits, context).add(ten.multiply(BigDecimal.valueOf(power)), context);
    }

    private static BigDecimal halfSquare(BigDecimal x) {
        return x.multiply(x, CONTEXT).divide(BigDecimal.valueOf(2), CONTEXT);
    }

    /** Whether an angle is larger than any double, and would need all of its digits, and as many of π. */
    private static boolean turned(BigDecimal x) {
        return power(x) >= OF_DOUBLES;
    }

    /** The power of ten of the first digit. */
    private static int power(BigDecimal x) {
        return x.precision() - x.scale() - 1;
    }

    private static int leadingZeros(BigDecimal x) {
        return Math.max(0, -power(x));
    }

    /** Digits for an angle: as many more as it has before the point. */
    private static MathContext angle(BigDecimal x) {
        return new MathContext(DIGITS + 5 + Math.max(0, power(x) + 1) + leadingZeros(x));
    }

    /** Digits for a logarithm: as many more as x and 1 have in common. */
    private static MathContext near(BigDecimal x) {
        BigDecimal apart = x.subtract(BigDecimal.ONE);
        return new MathContext(DIGITS + 5 + (apart.signum() == 0 ? 0 : leadingZeros(apart)));
    }
}
