package org.gradtwin.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * The one way in which gradtwin writes a number: the shortest decimal that reads back as the same bits, in the form of
 * Python's {@code repr}. {@code Double.toString} differs between JDK 17 and later ones, and from Python.
 */
public final class Decimals {
    private Decimals() {}

    /** The shortest decimal that reads back as this double. */
    public static String shortest(double value) {
        return shortest(value, DType.FLOAT64);
    }

    /**
     * The shortest decimal that, read as a double and rounded to the type, gives this value.
     *
     * @param value a value of that type; NaN and infinities give {@code NaN}, {@code Infinity}, {@code -Infinity}
     */
    public static String shortest(double value, DType dtype) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits < 17; digits++) {
            BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
            if (dtype.round(rounded.doubleValue()) == value) {
                return repr(rounded);
            }
            // Below a power of two floats are twice as dense: the nearest decimal may be off where the next above is
            // not.
            BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
            if (dtype.round(above.doubleValue()) == value) {
                return repr(above);
            }
        }
        return repr(exact.round(new MathContext(17, RoundingMode.HALF_EVEN)));
    }

    /** The decimal of so many significant digits that is nearest to a finite number. */
    public static String rounded(double value, int digits) {
        return value == 0 ? shortest(value) : repr(new BigDecimal(value).round(new MathContext(digits)));
    }

    /**
     * Python's rule: fixed notation for decimal exponents from −4 to 15, scientific with two or more digits outside.
     */
    private static String repr(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        int exponent = stripped.precision() - stripped.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = stripped.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = stripped.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        return (stripped.signum() < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
