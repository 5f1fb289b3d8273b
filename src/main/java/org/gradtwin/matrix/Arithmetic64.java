package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;

/**
 * The rows of the arithmetic ops in float64, with PyTorch's formulas and conventions. Arithmetic32 is made from this file
 * by the execution "float32" in pom.xml.
 */
final class Arithmetic64 {
    static final Binary64 ADD = new Binary64((x, y) -> x + y, (g, x, y, z) -> g, (g, x, y, z) -> g);

    static final Binary64 SUB = new Binary64((x, y) -> x - y, (g, x, y, z) -> g, (g, x, y, z) -> -g);

    static final Binary64 MUL = new Binary64((x, y) -> x * y, (g, x, y, z) -> g * y, (g, x, y, z) -> g * x);

    static final Binary64 DIV = new Binary64((x, y) -> x / y, (g, x, y, z) -> g / y, (g, x, y, z) -> -g * (z / y));

    /** Ties split ½ ½; beside a NaN both operands get the whole gradient. */
    static final Binary64 MAXIMUM = new Binary64(
            Math::max, (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g, (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g);

    /** Ties split ½ ½; beside a NaN both operands get the whole gradient. */
    static final Binary64 MINIMUM = new Binary64(
            Math::min, (g, x, y, z) -> x == y ? g / 2 : x > y ? 0 : g, (g, x, y, z) -> x == y ? g / 2 : x < y ? 0 : g);

    /** x ** y; the derivative for x is 0 where y = 0, the one for y is 0 where x = 0 and y ≥ 0. */
    static final Binary64 POW = new Binary64(
            (x, y) -> Elementary.pow(x, y),
            (g, x, y, z) -> y == 0 ? 0 : g * (y * Elementary.pow(x, y - 1)),
            (g, x, y, z) -> g * (x == 0 && y >= 0 ? 0 : z * Math.log(x)));

    static final Unary64 NEG = new Unary64(x -> -x, (g, x, y) -> -g);

    static final Unary64 SQUARE = new Unary64(x -> x * x, (g, x, y) -> g * (2 * x));

    static final Unary64 RECIPROCAL = new Unary64(x -> 1 / x, (g, x, y) -> -g * (y * y));

    private Arithmetic64() {}

    /**
     * x ** n for a number n: g·(n·x^(n−1)), and 0 for n = 0. PyTorch computes some powers without pow (√x, x·x,
     * x·x·x, their reciprocals), which decides the sign of zeros and infinities.
     *
     * @param exponent n, and {@code less} n − 1: in float32 both are rounded from float64
     */
    static Unary64 pow(/* stays */ double exponent, /* stays */ double less) {
        double n = /* (float) */ exponent;
        double m = /* (float) */ less;
        return new Unary64(x -> power(x, n), (g, x, y) -> exponent == 0 ? 0 : g * (n * power(x, m)));
    }

    private static double power(double x, double exponent) {
        if (exponent == 0.5) {
            return Math.sqrt(x);
        } else if (exponent == -0.5) {
            return 1 / Math.sqrt(x);
        } else if (exponent == 2) {
            return x * x;
        } else if (exponent == 3) {
            return x * x * x;
        } else if (exponent == -2) {
            return 1 / (x * x);
        }
        return Elementary.pow(x, exponent);
    }
}
