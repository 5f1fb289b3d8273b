package org.gradtwin.faults;

import java.util.Arrays;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Reductions and what is made of them: extremes, products, exponentials, variances. */
final class ReductionFaults {
    private ReductionFaults() {}

    /** For each element of the operand the element of the result that it goes into. */
    static int[] groups(Call call) {
        Shape shape = call.shape(0);
        int[] dims = shape.dims();
        for (int d : call.attributes.dims("dim", shape)) {
            dims[d] = 1;
        }
        return Shape.of(dims).broadcastSources(shape);
    }

    private static int elements(Call call) {
        return call.result().size() == 0
                ? 0
                : call.shape(0).size() / call.result().size();
    }

    /** The whole gradient to every element that ties. */
    static Rule tieToAll() {
        return Rule.gradient(0, (call, g, right) -> tie(call, g, right, false));
    }

    /** The whole gradient to the first element that ties. */
    static Rule tieToFirst() {
        return Rule.gradient(0, (call, g, right) -> tie(call, g, right, true));
    }

    private static double[] tie(Call call, double[] g, double[] right, boolean firstOnly) {
        int[] groups = groups(call);
        double[] x = call.x(0);
        double[] y = call.y();
        boolean[] taken = new boolean[y.length];
        for (int i = 0; i < x.length; i++) {
            int group = groups[i];
            if (x[i] == y[group]) {
                right[i] = firstOnly && taken[group] ? 0 : g[group];
                taken[group] = true;
            }
        }
        return right;
    }

    static Rule productQuotient() {
        return Rule.gradient(0, (call, g, right) -> {
            int[] groups = groups(call);
            double[] x = call.x(0);
            double[] y = call.y();
            for (int i = 0; i < x.length; i++) {
                right[i] = g[groups[i]] * y[groups[i]] / x[i];
            }
            return right;
        });
    }

    /** A term of the order 1/m² too much. */
    static Rule meanExtraTerm() {
        return Rule.gradient(0, (call, g, right) -> {
            double m = elements(call);
            for (int i = 0; i < right.length; i++) {
                right[i] += right[i] / m;
            }
            return right;
        });
    }

    /** exp without the largest element subtracted first. */
    static Rule exponentialsUnshifted() {
        return Rule.value(call -> {
            Tensor right = call.compute();
            int[] groups = groups(call);
            double[] x = call.x(0);
            double[] sums = new double[Math.max(right.size(), 1)];
            for (int i = 0; i < x.length; i++) {
                sums[groups[i]] += Math.exp(x[i]);
            }
            double[] y = right.toDoubles();
            for (int i = 0; i < y.length; i++) {
                y[i] = switch (call.op.id()) {
                    case "softmax" -> Math.exp(x[i]) / sums[groups[i]];
                    case "log_softmax" -> Math.log(Math.exp(x[i]) / sums[groups[i]]);
                    default -> Math.log(sums[i]);
                };
            }
            return call.tensor(right.shape(), y);
        });
    }

    /** The largest element is subtracted even where it is −inf. */
    static Rule logsumexpUnguarded() {
        return new Rule() {
            @Override
            public Tensor value(Call call) {
                Tensor right = call.compute();
                int[] groups = groups(call);
                double[] x = call.x(0);
                double[] largest = new double[right.size()];
                Arrays.fill(largest, Double.NEGATIVE_INFINITY);
                for (int i = 0; i < x.length; i++) {
                    largest[groups[i]] = Math.max(largest[groups[i]], x[i]);
                }
                double[] sums = new double[right.size()];
                for (int i = 0; i < x.length; i++) {
                    sums[groups[i]] += Math.exp(x[i] - largest[groups[i]]);
                }
                for (int i = 0; i < sums.length; i++) {
                    sums[i] = largest[i] + Math.log(sums[i]);
                }
                return call.tensor(right.shape(), sums);
            }
        };
    }

    /** Never divides by less than 1, where PyTorch divides by 0 and gives NaN. */
    static Rule varianceGuarded() {
        return new Rule() {
            @Override
            public Tensor value(Call call) {
                Tensor right = call.compute();
                double[] y = right.toDoubles();
                if (beyond(call)) {
                    Arrays.fill(y, 0);
                }
                return call.tensor(right.shape(), y);
            }

            @Override
            public double[][] gradients(Call call, double[] cotangent) {
                double[][] right = call.gradients(cotangent);
                return beyond(call) ? new double[][] {new double[right[0].length]} : right;
            }

            private boolean beyond(Call call) {
                int elements = call.shape(0).size() / Math.max(call.compute().size(), 1);
                return elements == 1 && call.attributes.number("correction") >= 1;
            }
        };
    }
}
