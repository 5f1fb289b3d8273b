package org.gradtwin.faults;

import org.gradtwin.language.Ops;

/** Wrong formulas and conventions of elementwise ops. */
final class ElementwiseFaults {
    private ElementwiseFaults() {}

    static Rule sigmoid() {
        return Rule.slope((x, y, right, g) -> g * y * (y - 1));
    }

    static Rule tanh() {
        return Rule.slope((x, y, right, g) -> g * (1 - y));
    }

    /** x**0 passes the gradient on. */
    static Rule powerZero() {
        return Rule.gradient(0, (call, g, right) -> {
            if (call.op == Ops.of("pow")) {
                return call.attributes.number("exponent") == 0 ? g : right;
            }
            double[] exponent = call.broadcast(1);
            for (int i = 0; i < right.length && right.length == g.length; i++) {
                right[i] = exponent[i] == 0 ? g[i] : right[i];
            }
            return right;
        });
    }

    /** x**p as exp(p log x). */
    static Rule powerByLogarithm() {
        return Rule.gradient(0, (call, g, right) -> {
            double p = call.attributes.number("exponent");
            double[] x = call.x(0);
            for (int i = 0; i < x.length; i++) {
                right[i] = g[i] * p * Math.exp((p - 1) * Math.log(x[i]));
            }
            return right;
        });
    }

    /** a**b without a guard at a = 0. */
    static Rule powerUnguarded() {
        return power(false);
    }

    /** b·a**(b−1), but 0 for b = 0, and a**b·log a, but 0 for a = 0 and b ≥ 0, unless the guards are left out. */
    static Rule power(boolean guarded) {
        return Rule.gradients((call, g, right) -> {
            double[] a = call.broadcast(0);
            double[] b = call.broadcast(1);
            double[] toBase = new double[g.length];
            double[] toExponent = new double[g.length];
            for (int i = 0; i < g.length; i++) {
                boolean flat = guarded && b[i] == 0;
                boolean none = guarded && a[i] == 0 && b[i] >= 0;
                toBase[i] = flat ? 0 : g[i] * b[i] * pow(a[i], b[i] - 1);
                toExponent[i] = g[i] * (none ? 0 : pow(a[i], b[i]) * Math.log(a[i]));
            }
            right[0] = right[0] == null ? null : call.reduced(0, toBase);
            right[1] = right[1] == null ? null : call.reduced(1, toExponent);
            return right;
        });
    }

    /** C's pow: 1 to any power is 1, where Java has NaN for infinite ones. */
    private static double pow(double base, double exponent) {
        return base == 1 ? 1 : Math.pow(base, exponent);
    }

    static Rule subtraction() {
        return Rule.gradient(1, (call, g, right) -> {
            for (int i = 0; i < right.length; i++) {
                right[i] = -right[i];
            }
            return right;
        });
    }

    static Rule logarithm() {
        return Rule.slope((x, y, right, g) -> g * Math.log(x));
    }

    /** A tie goes to the first operand. */
    static Rule maximumTie() {
        return maximum(1);
    }

    /** Of a tie the first operand gets that share; ½ is right. */
    static Rule maximum(double shareOfFirst) {
        return Rule.gradients((call, g, right) -> {
            double[] a = call.broadcast(0);
            double[] b = call.broadcast(1);
            double sign = call.op == Ops.of("maximum") ? 1 : -1;
            double[] first = new double[g.length];
            double[] second = new double[g.length];
            for (int i = 0; i < g.length; i++) {
                // Both get the gradient of NaN, as PyTorch has it.
                boolean nan = Double.isNaN(a[i]) || Double.isNaN(b[i]);
                double share = a[i] == b[i] ? shareOfFirst : sign * a[i] > sign * b[i] ? 1 : 0;
                first[i] = nan ? g[i] : share == 0 ? 0 : share * g[i];
                second[i] = nan ? g[i] : share == 1 ? 0 : (1 - share) * g[i];
            }
            right[0] = right[0] == null ? null : call.reduced(0, first);
            right[1] = right[1] == null ? null : call.reduced(1, second);
            return right;
        });
    }

    /** No gradient at the bounds. */
    static Rule clampStrict() {
        return Rule.gradient(0, (call, g, right) -> {
            double[] x = call.x(0);
            double min = call.attributes.optionalNumber("min").orElse(Double.NaN);
            double max = call.attributes.optionalNumber("max").orElse(Double.NaN);
            for (int i = 0; i < x.length; i++) {
                right[i] = x[i] == min || x[i] == max ? 0 : right[i];
            }
            return right;
        });
    }

    /** A share of the gradient where |x| is at most that. */
    static Rule relu(double within, double share) {
        return Rule.slope((x, y, right, g) -> Math.abs(x) <= within ? share * g : right);
    }

    static Rule absQuotient() {
        return Rule.slope((x, y, right, g) -> g * (x / Math.abs(x)));
    }

    /** Both branches multiplied by a mask. */
    static Rule eluMask() {
        return Rule.gradient(0, (call, g, right) -> {
            double[] x = call.x(0);
            double alpha = call.attributes.number("alpha");
            for (int i = 0; i < x.length; i++) {
                double positive = x[i] > 0 ? 1 : 0;
                right[i] = g[i] * (positive + (1 - positive) * alpha * Math.exp(x[i]));
            }
            return right;
        });
    }

    /** The logistic function as 1 − exp(−y), from a rounded y. */
    static Rule softplusFromValue() {
        return Rule.gradient(0, (call, g, right) -> {
            double[] x = call.x(0);
            double[] y = call.y();
            double beta = call.attributes.number("beta");
            for (int i = 0; i < x.length; i++) {
                boolean linear = beta * x[i] > call.attributes.number("threshold");
                right[i] = linear ? g[i] : g[i] * (1 - Math.exp(-beta * y[i]));
            }
            return right;
        });
    }
}
