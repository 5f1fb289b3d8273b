package org.gradtwin.scalar;

/**
 * The gradients of the operations with one or two operands, and those values that take more than a function of {@link Math}.
 * The formulas are PyTorch's, from its derivatives.yaml and CPU kernels, where they decide what happens at kinks and for
 * infinities and NaN; a mask (relu, clamp, x**0) gives 0 whatever the incoming gradient, a product (abs, 0·x) gives NaN for
 * 0·∞. Only tanh', sigmoid' and expm1' are formed differently, because 1 − y², y(1 − y) and y + 1 cancel where y saturates.
 * Rules that ops' files share are {@code org.gradtwin.op.Rules}.
 */
final class Rules {

    private static final double SQRT_HALF = Math.sqrt(0.5);
    private static final double TWO_OVER_SQRT_PI = 2 / Math.sqrt(Math.PI);
    private static final double INV_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);
    private static final double GELU_BETA = Math.sqrt(2 / Math.PI);
    private static final double GELU_KAPPA = 0.044715;

    private Rules() {}

    /** The gradient of x where y = op(x) has gradient g. */
    static double gradient(Operation op, double g, double x, double y) {
        return switch (op) {
            case NEGATE -> -g;
            case ABS -> g * sign(x);
            case EXP -> g * y;
            case EXPM1 -> g * Math.exp(x);
            case LOG -> g / x;
            case LOG1P -> g / (x + 1);
            case SQRT -> g / (2 * y);
            case RSQRT -> -0.5 * g * (y * y * y);
            case SQUARE -> g * (2 * x);
            case RECIPROCAL -> -g * (y * y);
            case SIN -> g * Math.cos(x);
            case COS -> g * -Math.sin(x);
            case TANH -> g * tanhSlope(x, y);
            case SIGMOID -> g * sigmoidSlope(x, y);
            case RELU -> y <= 0 ? 0 : g;
            case GELU -> g * (0.5 * (1 + Erf.erf(x * SQRT_HALF)) + x * (Math.exp(-0.5 * x * x) * INV_SQRT_TWO_PI));
            case GELU_TANH -> g * geluTanhSlope(x);
            case SILU -> siluGradient(g, x);
            case ERF -> TWO_OVER_SQRT_PI * Math.exp(-(x * x)) * g;
            default -> throw new IllegalArgumentException(op + " does not have one operand");
        };
    }

    /** The gradient of x where z = op(x, y) has gradient g. */
    static double gradientOfFirst(Operation op, double g, double x, double y, double z) {
        return switch (op) {
            case ADD, SUBTRACT -> g;
            case MULTIPLY -> g * y;
            case DIVIDE -> g / y;
            case POWER -> y == 0 ? 0 : g * (y * power(x, y - 1));
            case POWER_NUMBER -> y == 0 ? 0 : g * (y * powerWithNumber(x, y - 1));
            case MAXIMUM -> selected(g, x == y, x < y);
            case MINIMUM -> selected(g, x == y, x > y);
            case LEAKY_RELU -> x > 0 ? g : g * y;
            case ELU -> x <= 0 ? g * y * Math.exp(x) : g;
            default -> throw new IllegalArgumentException(op + " does not have two operands");
        };
    }

    /** The gradient of y where z = op(x, y) has gradient g; 0 for an operand that is always a number. */
    static double gradientOfSecond(Operation op, double g, double x, double y, double z) {
        return switch (op) {
            case ADD -> g;
            case SUBTRACT -> -g;
            case MULTIPLY -> g * x;
            case DIVIDE -> -g * (x / y / y);
            case POWER -> g * (x == 0 && y >= 0 ? 0 : z * Math.log(x));
            case MAXIMUM -> selected(g, x == y, x > y);
            case MINIMUM -> selected(g, x == y, x < y);
            default -> 0;
        };
    }

    /** A tie takes half, the one not chosen nothing. With a NaN nothing is "not chosen": both take all, as in PyTorch. */
    private static double selected(double g, boolean tie, boolean notChosen) {
        if (tie) {
            return g / 2;
        }
        return notChosen ? 0 : g;
    }

    static double relu(double x) {
        return x < 0 ? 0 : x;
    }

    static double leakyRelu(double x, double slope) {
        return x > 0 ? x : x * slope;
    }

    static double elu(double x, double alpha) {
        return x <= 0 ? Math.expm1(x) * alpha : x;
    }

    static double gelu(double x) {
        return x * 0.5 * (1 + Erf.erf(x * SQRT_HALF));
    }

    static double geluTanh(double x) {
        return 0.5 * x * (1 + Math.tanh(geluInner(x)));
    }

    static double silu(double x) {
        return x / (1 + Math.exp(-x));
    }

    static double softplus(double x, double beta, double threshold) {
        return x * beta > threshold ? x : Math.log1p(Math.exp(x * beta)) / beta;
    }

    /** 1/(1 + e⁻ˣ); where e⁻ˣ overflows the quotient is 0, as in PyTorch. */
    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /** y(1 − y), with 1 − y = e⁻ˣ/(1 + e⁻ˣ) where it would cancel. */
    private static double sigmoidSlope(double x, double y) {
        if (x > 0) {
            double e = Math.exp(-x);
            return e / ((1 + e) * (1 + e));
        }
        return (1 - y) * y;
    }

    /** 1 − y², formed as 1/cosh² = 4e/(1 + e)² with e = exp(−2|x|) where it would cancel. */
    private static double tanhSlope(double x, double y) {
        if (y * y > 0.5) {
            double e = Math.exp(-2 * Math.abs(x));
            return 4 * e / ((1 + e) * (1 + e));
        }
        return 1 - y * y;
    }

    /** −1, 0 or 1; 0 for both zeros and for NaN. */
    private static double sign(double x) {
        if (x > 0) {
            return 1;
        }
        return x < 0 ? -1 : 0;
    }

    private static double geluInner(double x) {
        return GELU_BETA * (x + GELU_KAPPA * (x * x * x));
    }

    private static double geluTanhSlope(double x) {
        double t = Math.tanh(geluInner(x));
        double left = 0.5 * (1 + t);
        double right = 0.5 * x * (1 - t * t) * (GELU_BETA * (1 + 3 * GELU_KAPPA * (x * x)));
        return left + right;
    }

    private static double siluGradient(double g, double x) {
        double s = sigmoid(x);
        return g * s * (1 + x * (1 - s));
    }

    /** The derivative of softplus. */
    static double softplusSlope(double x, double beta, double threshold) {
        double z = Math.exp(x * beta);
        return x * beta > threshold ? 1 : z / (z + 1);
    }

    /** min(max(x, low), high); NaN if any of the three is. */
    static double clamp(double x, double low, double high) {
        if (Double.isNaN(x) || Double.isNaN(low) || Double.isNaN(high)) {
            return Double.NaN;
        }
        double raised = x < low ? low : x;
        return raised > high ? high : raised;
    }

    /** max(x, y); NaN if either is. */
    static double maximum(double x, double y) {
        return Double.isNaN(x) || x >= y ? x : y;
    }

    /** min(x, y); NaN if either is. */
    static double minimum(double x, double y) {
        return Double.isNaN(x) || x <= y ? x : y;
    }

    /** x**y with C99's special values: 1**y is 1 and (−1)**±∞ is 1, for which {@link Math#pow} gives NaN. */
    static double power(double x, double y) {
        return x == 1 || (x == -1 && Double.isInfinite(y)) ? 1 : Math.pow(x, y);
    }

    /** x**p for a number p. PyTorch forms the common powers by other means, which shows for −0 and −∞. */
    static double powerWithNumber(double x, double p) {
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
        return power(x, p);
    }
}
