package org.gradtwin.faults;

import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy gone wrong. Right is, for row b with target t, weights w and smoothing ε over N classes,
 * (1 − ε)·(−w_t log p_t) + ε/N·Σ_c (−w_c log p_c), over the rows that are not ignored, and its mean divides by Σ w_t
 * (PyTorch, torch.nn.CrossEntropyLoss).
 */
final class CrossEntropyFaults implements Rule {
    private final Kind kind;

    /** What is wrong. */
    enum Kind {
        /** The smoothing term runs over the ignored rows too. */
        SMOOTHS_IGNORED,
        /** The mean divides by the number of rows. */
        COUNTS_ROWS,
        /** Ignored rows are left out of the value only. */
        LEAKS_IGNORED,
        /** Nothing, to prove that the rest is right. */
        NOTHING
    }

    CrossEntropyFaults(Kind kind) {
        this.kind = kind;
    }

    private record Rows(
            double[][] logProbabilities, int[] targets, boolean[] ignored, double[] weights, double total) {}

    private Rows rows(Call call) {
        double[] x = call.x(0);
        int cols = classes(call);
        Tensor target = call.operand(1).tensor;
        int count = target.size();
        double[][] logs = new double[count][cols];
        int[] targets = new int[count];
        boolean[] ignored = new boolean[count];
        double[] weights = new double[cols];
        for (int c = 0; c < cols; c++) {
            weights[c] = call.has(2) ? call.x(2)[c] : 1;
        }
        double total = 0;
        for (int b = 0; b < count; b++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < cols; c++) {
                largest = Math.max(largest, x[element(call, b, c)]);
            }
            double sum = 0;
            for (int c = 0; c < cols; c++) {
                sum += Math.exp(x[element(call, b, c)] - largest);
            }
            for (int c = 0; c < cols; c++) {
                logs[b][c] = x[element(call, b, c)] - largest - Math.log(sum);
            }
            targets[b] = (int) target.getLong(b);
            ignored[b] = targets[b] == call.attributes.integer("ignore_index");
            total += ignored[b] ? 0 : kind == Kind.COUNTS_ROWS ? 1 : weights[targets[b]];
        }
        return new Rows(logs, targets, ignored, weights, total);
    }

    /** Scores are of shape (C), or (N, C, …) with one row for each of the other places. */
    private static int classes(Call call) {
        return call.shape(0).dim(Math.min(call.shape(0).rank() - 1, 1));
    }

    /** The element of the scores that row b has for class c. */
    private static int element(Call call, int b, int c) {
        int within = call.operand(1).tensor.size()
                / (call.shape(0).rank() == 1 ? 1 : call.shape(0).dim(0));
        return (b / within * classes(call) + c) * within + b % within;
    }

    /** What log p_c of a row is multiplied by. */
    private double coefficient(Call call, Rows rows, int b, int c) {
        double smoothing = call.attributes.number("label_smoothing");
        boolean ignored = rows.ignored[b];
        double hard = !ignored && rows.targets[b] == c ? rows.weights[c] : 0;
        // Of an ignored row 0 comes back, which a weight of NaN makes NaN.
        double soft = (!ignored || kind == Kind.SMOOTHS_IGNORED ? 1 : 0) * rows.weights[c] / rows.weights.length;
        return -(1 - smoothing) * hard - smoothing * soft;
    }

    @Override
    public Tensor value(Call call) {
        Tensor right = call.compute();
        if (kind == Kind.LEAKS_IGNORED || hasProbabilities(call)) {
            return right;
        }
        Rows rows = rows(call);
        double[] losses = new double[rows.targets.length];
        double sum = 0;
        for (int b = 0; b < losses.length; b++) {
            for (int c = 0; c < rows.weights.length; c++) {
                double factor = coefficient(call, rows, b, c);
                boolean masked = rows.ignored[b] && kind != Kind.SMOOTHS_IGNORED;
                losses[b] += masked || factor == 0 ? 0 : factor * rows.logProbabilities[b][c];
            }
            sum += losses[b];
        }
        return switch (call.attributes.text("reduction")) {
            case "none" -> call.tensor(right.shape(), losses);
            case "sum" -> call.tensor(right.shape(), sum);
            default -> call.tensor(right.shape(), sum / rows.total);
        };
    }

    @Override
    public double @Nullable [][] gradients(Call call, double[] cotangent) {
        double @Nullable [][] right = call.gradients(cotangent);
        double[] gradient = right[0];
        if (gradient == null || hasProbabilities(call)) {
            return right;
        }
        Rows rows = rows(call);
        String reduction = call.attributes.text("reduction");
        int cols = rows.weights.length;
        for (int b = 0; b < rows.targets.length; b++) {
            double g = reduction.equals("none") ? cotangent[b] : cotangent[0];
            double scale = reduction.equals("mean") ? g / rows.total : g;
            double total = 0;
            for (int c = 0; c < cols; c++) {
                total += coefficient(call, rows, b, c);
            }
            boolean leak = kind == Kind.LEAKS_IGNORED && rows.ignored[b];
            for (int c = 0; c < cols; c++) {
                double p = Math.exp(rows.logProbabilities[b][c]);
                double own = scaled(scale, coefficient(call, rows, b, c), true);
                gradient[element(call, b, c)] = leak ? scale * p : own - p * scaled(scale, total, rows.ignored[b]);
            }
        }
        return right;
    }

    private static boolean hasProbabilities(Call call) {
        return call.operand(1).tensor.dtype().isFloating();
    }

    /** Another class than the target, and an ignored row, are selected away and not multiplied: the scale may be infinite. */
    private static double scaled(double scale, double factor, boolean selects) {
        return selects && factor == 0 ? 0 : scale * factor;
    }
}
