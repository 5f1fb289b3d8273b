package org.gradtwin.bench;

/**
 * The law y = factor · x^exponent that fits points best: a straight line through (ln x, ln y), by least squares.
 *
 * @param factor y at x = 1
 * @param exponent slope of the line
 * @param low lower end of the 95 % confidence interval of the exponent
 * @param high its upper end
 */
public record PowerLaw(double factor, double exponent, double low, double high) {
    /** 97.5 % of a normal distribution lie below. */
    private static final double Z = 1.959963984540054;

    /**
     * The fit. The interval is exponent ± t·s, with s² = Σ residual² / (n − 2) / Σ (ln x − mean)² and t of Student's
     * distribution with n − 2 degrees of freedom.
     *
     * @throws IllegalArgumentException if there are fewer than 4 points, they differ in number, or one is not positive
     */
    public static PowerLaw fit(double[] x, double[] y) {
        int n = x.length;
        if (n < 4 || y.length != n) {
            throw new IllegalArgumentException("a fit through %d x and %d y needs 4 points".formatted(n, y.length));
        }
        double meanX = meanOfLogs(x);
        double meanY = meanOfLogs(y);
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            double dx = Math.log(x[i]) - meanX;
            xx += dx * dx;
            xy += dx * (Math.log(y[i]) - meanY);
        }
        if (xx == 0) {
            throw new IllegalArgumentException("a fit through points with the same x, " + x[0]);
        }
        double slope = xy / xx;
        double intercept = meanY - slope * meanX;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            double residual = Math.log(y[i]) - (intercept + slope * Math.log(x[i]));
            squares += residual * residual;
        }
        double half = student(n - 2) * Math.sqrt(squares / (n - 2) / xx);
        return new PowerLaw(Math.exp(intercept), slope, slope - half, slope + half);
    }

    /** The law at x. */
    public double at(double x) {
        return factor * Math.pow(x, exponent);
    }

    private static double meanOfLogs(double... values) {
        double sum = 0;
        for (double value : values) {
            if (!(value > 0)) {
                throw new IllegalArgumentException("a power law cannot pass through " + value);
            }
            sum += Math.log(value);
        }
        return sum / values.length;
    }

    /** The 97.5 % quantile of Student's distribution, by the expansion 26.7.5 of Abramowitz and Stegun; 1 % off at 2 degrees. */
    static double student(int degrees) {
        double z = Z;
        double z3 = z * z * z;
        double z5 = z3 * z * z;
        double z7 = z5 * z * z;
        double z9 = z7 * z * z;
        double v = degrees;
        double g1 = (z3 + z) / 4;
        double g2 = (5 * z5 + 16 * z3 + 3 * z) / 96;
        double g3 = (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384;
        double g4 = (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160;
        return z + g1 / v + g2 / (v * v) + g3 / (v * v * v) + g4 / (v * v * v * v);
    }
}
