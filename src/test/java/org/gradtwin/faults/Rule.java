package org.gradtwin.faults;

import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** How an op is done: the right way unless one of the two is replaced. */
interface Rule {
    /** Done right. */
    Rule RIGHT = new Rule() {};

    /** The value. */
    default Tensor value(Call call) {
        return call.compute();
    }

    /** What it passes to its operands; null where there is nothing. */
    default double @Nullable [][] gradients(Call call, double[] cotangent) {
        return call.gradients(cotangent);
    }

    /** The derivative of an elementwise op at an element. */
    @FunctionalInterface
    interface Slope {
        /** At x with value y, where the right gradient is known. */
        double at(double x, double y, double right, double cotangent);
    }

    /** The gradient of one operand from the right one. */
    @FunctionalInterface
    interface Gradient {
        /** A wrong gradient; {@code right} may be changed and returned. */
        double[] of(Call call, double[] cotangent, double[] right);
    }

    /** An elementwise op whose gradient is wrong. */
    static Rule slope(Slope slope) {
        return gradient(0, (call, cotangent, right) -> {
            double[] x = call.x(0);
            double[] y = call.y();
            for (int i = 0; i < x.length; i++) {
                right[i] = slope.at(x[i], y[i], right[i], cotangent[i]);
            }
            return right;
        });
    }

    /** An op that passes something wrong to one operand. */
    static Rule gradient(int operand, Gradient gradient) {
        return new Rule() {
            @Override
            public double @Nullable [][] gradients(Call call, double[] cotangent) {
                double @Nullable [][] gradients = call.gradients(cotangent);
                double[] right = operand < gradients.length ? gradients[operand] : null;
                if (right != null) {
                    gradients[operand] = gradient.of(call, cotangent, right);
                }
                return gradients;
            }
        };
    }

    /** An op that passes something wrong to every operand. */
    static Rule gradients(Gradients wrong) {
        return new Rule() {
            @Override
            public double @Nullable [][] gradients(Call call, double[] cotangent) {
                return wrong.of(call, cotangent, call.gradients(cotangent));
            }
        };
    }

    /** All gradients from the right ones. */
    @FunctionalInterface
    interface Gradients {
        /** Wrong gradients; {@code right} may be changed and returned. */
        double @Nullable [][] of(Call call, double[] cotangent, double @Nullable [][] right);
    }

    /** An op whose value is wrong; its gradient is the right one. */
    static Rule value(java.util.function.Function<Call, Tensor> value) {
        return new Rule() {
            @Override
            public Tensor value(Call call) {
                return value.apply(call);
            }
        };
    }
}
