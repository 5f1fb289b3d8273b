package org.gradtwin.scalar;

/** The power function with C99's special values (PyTorch's), where Java's {@link Math#pow} differs. */
final class Power {

    private Power() {}

    /** x**y; 1**y is 1 and (−1)**±∞ is 1, for which Math.pow gives NaN. */
    static double of(double x, double y) {
        if (x == 1 || (x == -1 && Double.isInfinite(y))) {
            return 1;
        }
        return Math.pow(x, y);
    }

    /** x**p for a number p. PyTorch forms the common powers by other means, which shows for −0 and −∞. */
    static double withNumber(double x, double p) {
        if (p == 2) {
            return x * x;
        } else if (p == 3) {
            return x * x * x;
        } else if (p == 0.5) {
            return Math.sqrt(x);
        } else if (p == -0.5) {
            return 1 / Math.sqrt(x);
        } else if (p == -1) {
            return 1 / x;
        } else if (p == -2) {
            return 1 / (x * x);
        }
        return of(x, p);
    }

    /** The gradient of x in z = x**y, where z has gradient g: g·y·x**(y−1), and 0 for y = 0. */
    static double baseGradient(double g, double x, double y) {
        return y == 0 ? 0 : g * (y * of(x, y - 1));
    }

    /** The gradient of y in z = x**y, where z has gradient g: g·z·ln(x), and g·0 for x = 0 and y ≥ 0. */
    static double exponentGradient(double g, double x, double y, double z) {
        return g * (x == 0 && y >= 0 ? 0 : z * Math.log(x));
    }
}
