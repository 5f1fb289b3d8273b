package org.gradtwin.engines.torch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.engines.torch.BlockNetwork.Phi;

/**
 * How far rounding can take a multi-layer perceptron and its gradients from the exact ones: the errors of the operands
 * carried through every formula, plus γ(n) = n·u/(1 − n·u) of the magnitudes for a sum of n terms in any order (Higham,
 * Accuracy and Stability of Numerical Algorithms, chapter 3). Two computations differ by at most twice that.
 */
final class RoundingBound {
    /** Roundings besides those of a sum: the bias, an activation and its derivative, each within 4 units. */
    private static final int OTHERS = 6;

    /** A matrix and, element by element, how far it may be off. */
    record Bounded(double[][] value, double[][] error) {}

    /** One layer: W (inputs, outputs), b (outputs). */
    record Layer(double[][] w, double[] b, Phi activation) {}

    private final double unit;
    private final List<Bounded> inputs = new ArrayList<>();
    private final List<Bounded> outputs = new ArrayList<>();
    private double nearestKink = Double.POSITIVE_INFINITY;

    /** Of computing in a type of that unit roundoff. */
    RoundingBound(double unit) {
        this.unit = unit;
    }

    private double gamma(int terms) {
        double n = terms + OTHERS;
        return n * unit / (1 - n * unit);
    }

    /** Y for a batch X. */
    Bounded forward(List<Layer> layers, double[]... x) {
        Bounded y = new Bounded(x, new double[x.length][x[0].length]);
        for (Layer layer : layers) {
            inputs.add(y);
            Bounded z = product(y, new Bounded(layer.w(), new double[layer.w().length][layer.w()[0].length]));
            double[][] value = new double[x.length][layer.b().length];
            double[][] error = new double[x.length][layer.b().length];
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < layer.b().length; j++) {
                    double pre = z.value()[i][j] + layer.b()[j];
                    double off = z.error()[i][j] + gamma(1) * Math.abs(layer.b()[j]);
                    if (layer.activation() == Phi.RELU) {
                        nearestKink = Math.min(nearestKink, Math.abs(pre) - off);
                    }
                    value[i][j] = activate(layer.activation(), pre);
                    // No activation here is steeper than 1.
                    error[i][j] = off + gamma(0) * Math.abs(value[i][j]);
                }
            }
            y = new Bounded(value, error);
            outputs.add(y);
        }
        return y;
    }

    /** How much farther from its kink every relu is than rounding reaches: positive, or a derivative may be the other one. */
    double nearestKink() {
        return nearestKink;
    }

    /** Backward through one layer, the last one first: gives ∂L/∂X, ∂L/∂W and ∂L/∂b for ∂L/∂Y. */
    List<Bounded> backward(List<Layer> layers, int index, Bounded dy) {
        Layer layer = layers.get(index);
        Bounded y = outputs.get(index);
        Bounded dz = new Bounded(copy(dy.value()), copy(dy.error()));
        for (int i = 0; i < dz.value().length; i++) {
            for (int j = 0; j < dz.value()[i].length; j++) {
                double out = y.value()[i][j];
                double slope = slope(layer.activation(), out);
                double slopeError = slopeError(layer.activation(), y.error()[i][j]);
                double gradient = Math.abs(dy.value()[i][j]);
                dz.value()[i][j] = dy.value()[i][j] * slope;
                dz.error()[i][j] = dy.error()[i][j] * slope + gradient * slopeError + gamma(0) * gradient * slope;
            }
        }
        double[][] ones = new double[1][dz.value().length];
        Arrays.fill(ones[0], 1);
        return List.of(
                product(dz, exact(transpose(layer.w()))),
                product(transpose(inputs.get(index)), dz),
                product(exact(ones), dz));
    }

    private static double activate(Phi phi, double z) {
        return switch (phi) {
            case NONE -> z;
            case RELU -> Math.max(z, 0);
            case TANH -> Math.tanh(z);
            case SIGMOID -> 1 / (1 + Math.exp(-z));
        };
    }

    private static double slope(Phi phi, double y) {
        return switch (phi) {
            case NONE -> 1;
            case RELU -> y > 0 ? 1 : 0;
            case TANH -> 1 - y * y;
            case SIGMOID -> y * (1 - y);
        };
    }

    private double slopeError(Phi phi, double error) {
        return switch (phi) {
            case NONE, RELU -> 0;
            case TANH -> 2 * error + gamma(0);
            case SIGMOID -> error + gamma(0);
        };
    }

    private Bounded product(Bounded a, Bounded b) {
        int terms = b.value().length;
        double[][] value = new double[a.value().length][b.value()[0].length];
        double[][] error = new double[value.length][value[0].length];
        for (int i = 0; i < value.length; i++) {
            for (int j = 0; j < value[i].length; j++) {
                for (int k = 0; k < terms; k++) {
                    double left = Math.abs(a.value()[i][k]);
                    double right = Math.abs(b.value()[k][j]);
                    double leftError = a.error()[i][k];
                    double rightError = b.error()[k][j];
                    value[i][j] += a.value()[i][k] * b.value()[k][j];
                    error[i][j] += leftError * (right + rightError) + left * rightError;
                    error[i][j] += gamma(terms) * (left + leftError) * (right + rightError);
                }
            }
        }
        return new Bounded(value, error);
    }

    static Bounded exact(double[]... value) {
        return new Bounded(value, new double[value.length][value[0].length]);
    }

    private static Bounded transpose(Bounded matrix) {
        return new Bounded(transpose(matrix.value()), transpose(matrix.error()));
    }

    static double[][] transpose(double[]... matrix) {
        double[][] transposed = new double[matrix[0].length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix[i].length; j++) {
                transposed[j][i] = matrix[i][j];
            }
        }
        return transposed;
    }

    private static double[][] copy(double[]... matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }
}
