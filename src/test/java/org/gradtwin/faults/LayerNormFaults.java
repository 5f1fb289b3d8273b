package org.gradtwin.faults;

import java.util.function.IntUnaryOperator;

/**
 * Layer normalization gone wrong: x̂ = (x − mean)/√(var + eps), y = w·x̂ + b, and with ĝ = g·w the gradient
 * (ĝ − mean(ĝ) − x̂·mean(ĝ·x̂))/√(var + eps) (Ba, Kiros, Hinton, "Layer Normalization", 2016).
 */
final class LayerNormFaults {
    private LayerNormFaults() {}

    private static int width(Call call) {
        int width = 1;
        for (int dim : call.attributes.integers("normalized_shape")) {
            width *= dim;
        }
        return Math.max(width, 1);
    }

    /** Statistics of each group of elements: mean, variance. */
    private static double[][] moments(double[] x, int groups, IntUnaryOperator group) {
        double[] mean = new double[groups];
        double[] variance = new double[groups];
        double count = (double) x.length / groups;
        for (int i = 0; i < x.length; i++) {
            mean[group.applyAsInt(i)] += x[i] / count;
        }
        for (int i = 0; i < x.length; i++) {
            double d = x[i] - mean[group.applyAsInt(i)];
            variance[group.applyAsInt(i)] += d * d / count;
        }
        return new double[][] {mean, variance};
    }

    /** Normalized over the batch. */
    static Rule batchAxis() {
        return value(true, false);
    }

    /** Divided by the variance. */
    static Rule noSquareRoot() {
        return value(false, true);
    }

    /** The value by these formulas, right. */
    static Rule rightValue() {
        return value(false, false);
    }

    /** The gradient of the input by these formulas, right. */
    static Rule rightGradient() {
        return input(InputFault.NOTHING);
    }

    private static Rule value(boolean batch, boolean noRoot) {
        return Rule.value(call -> {
            double[] x = call.x(0);
            int width = width(call);
            int groups = batch ? width : x.length / width;
            IntUnaryOperator group = batch ? i -> i % width : i -> i / width;
            double[][] moments = moments(x, groups, group);
            double eps = call.attributes.number("eps");
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                double spread = moments[1][group.applyAsInt(i)] + eps;
                double normal = (x[i] - moments[0][group.applyAsInt(i)]) / (noRoot ? spread : Math.sqrt(spread));
                double w = call.has(1) ? call.x(1)[i % width] : 1;
                double b = call.has(2) ? call.x(2)[i % width] : 0;
                y[i] = w * normal + b;
            }
            return call.tensor(call.shape(0), y);
        });
    }

    /** What is wrong in the gradient of the input. */
    private enum InputFault {
        ROW_OF_GAMMA,
        CONSTANT_STATISTICS,
        NO_EPS,
        NOTHING
    }

    /** gamma by row. */
    static Rule gammaByRow() {
        return input(InputFault.ROW_OF_GAMMA);
    }

    /** Mean and variance as constants. */
    static Rule constantStatistics() {
        return input(InputFault.CONSTANT_STATISTICS);
    }

    /** The standard deviation without eps. */
    static Rule noEps() {
        return input(InputFault.NO_EPS);
    }

    private static Rule input(InputFault fault) {
        return Rule.gradient(0, (call, g, right) -> {
            double[] x = call.x(0);
            int width = width(call);
            double[][] moments = moments(x, x.length / width, i -> i / width);
            double eps = fault == InputFault.NO_EPS ? 0 : call.attributes.number("eps");
            for (int row = 0; row < x.length / width; row++) {
                double scale = 1 / Math.sqrt(moments[1][row] + eps);
                double meanG = 0;
                double meanGx = 0;
                double[] weighted = new double[width];
                for (int j = 0; j < width; j++) {
                    int gamma = fault == InputFault.ROW_OF_GAMMA ? row % width : j;
                    weighted[j] = g[row * width + j] * (call.has(1) ? call.x(1)[gamma] : 1);
                    meanG += weighted[j] / width;
                    meanGx += weighted[j] * (x[row * width + j] - moments[0][row]) * scale / width;
                }
                for (int j = 0; j < width; j++) {
                    double normal = (x[row * width + j] - moments[0][row]) * scale;
                    double centred = fault == InputFault.CONSTANT_STATISTICS
                            ? weighted[j]
                            : weighted[j] - meanG - normal * meanGx;
                    right[row * width + j] = scale * centred;
                }
            }
            return right;
        });
    }

    static Rule swapped() {
        return Rule.gradients((call, g, right) -> {
            if (right[1] != null && right[2] != null) {
                double[] gamma = right[1];
                right[1] = right[2];
                right[2] = gamma;
            }
            return right;
        });
    }

    /** gamma and beta get zeros. */
    static Rule parametersForgotten() {
        return Rule.gradients((call, g, right) -> {
            for (int k = 1; k < right.length; k++) {
                double[] parameter = right[k];
                right[k] = parameter == null ? null : new double[parameter.length];
            }
            return right;
        });
    }
}
