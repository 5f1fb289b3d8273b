package org.gradtwin.op;

/** ln |Γ(x)| and its derivatives for doubles, each within a few ulp but where they cross 0 between two poles. */
final class Gamma {
    private static final double EULER = 0.5772156649015329;
    private static final int TERMS = 32;
    /** B₂ₖ. */
    private static final double[] BERNOULLI = {
        1 / 6.0, -1 / 30.0, 1 / 42.0, -1 / 30.0, 5 / 66.0, -691 / 2730.0, 7 / 6.0, -3617 / 510.0, 43867 / 798.0
    };
    /** The coefficients of ln Γ(2 + z), (−1)ᵏ(ζ(k) − 1)/k. */
    private static final double[] SERIES = new double[TERMS];

    static {
        for (int k = 2; k < TERMS; k++) {
            SERIES[k] = (k % 2 == 0 ? 1 : -1) * zeta(k, 2) / k;
        }
    }

    private Gamma() {}

    /** Σ (q + k)⁻ˢ from k = 0 on, by the Euler–Maclaurin formula; PyTorch's way of ending where q is a pole or no power is real. */
    static double zeta(double s, double q) {
        if (q <= 0) {
            if (q == Math.floor(q)) {
                return Double.POSITIVE_INFINITY;
            } else if (s != Math.floor(s)) {
                return Double.NaN;
            }
        }
        double sum = 0;
        double at = q;
        for (int k = 0; k < 10 || at <= 10; k++, at++) {
            sum += Math.pow(at, -s);
        }
        double power = Math.pow(at, -s);
        sum += power * at / (s - 1) + power / 2;
        double factor = s / at;
        for (int j = 0; j < BERNOULLI.length; j++) {
            sum += power * factor * BERNOULLI[j] / (j == 0 ? 2 : 1);
            int next = 2 * j + 3;
            factor *= (s + next - 2) * (s + next - 1) / (at * at) / (j == 0 ? 2 * 3 * 4 : next * (next + 1));
        }
        return sum;
    }

    /** ln |Γ(x)|. */
    static double logarithm(double x) {
        if (x <= 0) {
            double angle = Math.PI * (x - Math.rint(x));
            return x == Math.floor(x)
                    ? Double.POSITIVE_INFINITY
                    : Math.log(Math.PI / Math.abs(Math.sin(angle))) - Math.log(-x) - logarithm(-x);
        } else if (x < 0.5) {
            return series(x) - Math.log1p(x) - Math.log(x);
        } else if (x < 1.5) {
            return series(x - 1) - Math.log(x);
        } else if (x < 12) {
            double product = 1;
            double at = x;
            for (; at >= 2.5; at--) {
                product *= at - 1;
            }
            return Math.log(product) + series(at - 2);
        }
        // (x − ½)·ln x − x + ½·ln 2π
        double sum = (x - 0.5) * (Math.log(x) - 1) + 0.4189385332046727;
        for (int k = 0; k < BERNOULLI.length; k++) {
            sum += BERNOULLI[k] / ((2 * k + 1) * (2 * k + 2)) * Math.pow(x, -2 * k - 1);
        }
        return sum;
    }

    /** ln Γ(2 + z) for |z| up to ½. */
    private static double series(double z) {
        double sum = 0;
        for (int k = TERMS - 1; k >= 2; k--) {
            sum = (sum + SERIES[k]) * z;
        }
        return (sum + (1 - EULER)) * z;
    }

    /** Γ′(x)/Γ(x). */
    static double logarithmicDerivative(double x) {
        if (x == 0) {
            return Math.copySign(Double.POSITIVE_INFINITY, -x);
        } else if (x < 0) {
            return x == Math.rint(x)
                    ? Double.NaN
                    : logarithmicDerivative(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.rint(x)));
        }
        double sum = 0;
        double at = x;
        for (; at < 12; at++) {
            sum -= 1 / at;
        }
        sum += Math.log(at) - 0.5 / at;
        for (int k = 0; k < BERNOULLI.length; k++) {
            sum -= BERNOULLI[k] / (2 * k + 2) * Math.pow(at, -2 * k - 2);
        }
        return sum;
    }

    /** The n-th derivative of that, (−1)ⁿ⁺¹·n!·ζ(n + 1, x); the first one is reflected where x is below ½. */
    static double derivative(int n, double x) {
        if (n == 0) {
            return logarithmicDerivative(x);
        } else if (n == 1 && x == Double.POSITIVE_INFINITY) {
            return 0;
        } else if (n == 1 && x < 0.5) {
            double sine = Math.sin(Math.PI * (x == Math.rint(x) ? x : x - Math.rint(x)));
            return Math.PI * Math.PI / (sine * sine) - zeta(2, 1 - x);
        }
        double factorial = Math.exp(logarithm(n + 1));
        return (n % 2 == 0 ? -1 : 1) * Math.rint(factorial) * zeta(n + 1, x);
    }
}
