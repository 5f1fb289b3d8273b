package org.gradtwin.scalar;

/** Values and gradients of the ops with two operands x and y. Formulas and conventions are PyTorch's. */
final class Binary {

    private Binary() {}

    /** max(x, y); NaN if either is. */
    static double maximum(double x, double y) {
        return Double.isNaN(x) || x >= y ? x : y;
    }

    /** min(x, y); NaN if either is. */
    static double minimum(double x, double y) {
        return Double.isNaN(x) || x <= y ? x : y;
    }

    /** The gradient of x when z = x op y has gradient g. */
    static double gradientOfFirst(Op op, double g, double x, double y) {
        return switch (op) {
            case ADD, SUBTRACT -> g;
            case MULTIPLY -> g * y;
            case DIVIDE -> g / y;
            case POWER -> Power.baseGradient(g, x, y);
            case MAXIMUM -> selected(g, x == y, x < y);
            case MINIMUM -> selected(g, x == y, x > y);
            default -> throw new IllegalArgumentException(op + " does not have two operands");
        };
    }

    /** The gradient of y when z = x op y has gradient g. */
    static double gradientOfSecond(Op op, double g, double x, double y, double z) {
        return switch (op) {
            case ADD -> g;
            case SUBTRACT -> -g;
            case MULTIPLY -> g * x;
            case DIVIDE -> -g * (x / y / y);
            case POWER -> Power.exponentGradient(g, x, y, z);
            case MAXIMUM -> selected(g, x == y, x > y);
            case MINIMUM -> selected(g, x == y, x < y);
            default -> throw new IllegalArgumentException(op + " does not have two operands");
        };
    }

    /** A tie takes half, the one not chosen nothing. With a NaN nothing is "not chosen": both take all, as in PyTorch. */
    private static double selected(double g, boolean tie, boolean notChosen) {
        if (tie) {
            return g / 2;
        }
        return notChosen ? 0 : g;
    }
}
