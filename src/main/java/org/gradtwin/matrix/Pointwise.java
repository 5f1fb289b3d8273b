package org.gradtwin.matrix;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.gradtwin.tensor.Shape;

/**
 * A function of elements by its formula: what has no kernel of its own. It is computed in double, and rounded to the format of the
 * graph once. What an op says of such a function is {@code org.gradtwin.language.Pointwise}, another type.
 */
public final class Pointwise {
    /** The derivative for one operand, where the elements of the operands are x and the value is y. */
    @FunctionalInterface
    public interface Partial {
        /** The derivative, which is multiplied by what flows back. */
        double of(double[] x, double y);
    }

    private final List<Matrix> operands;
    private final List<int[]> sources = new ArrayList<>();
    private final Shape shape;
    private final Graph graph;

    private Pointwise(List<Matrix> operands, Shape shape) {
        this.operands = operands;
        this.shape = shape;
        this.graph = operands.get(0).graph();
        for (Matrix operand : operands) {
            operands.get(0).sameGraph("pointwise", operand);
            sources.add(operand.shape().broadcastSources(shape));
        }
    }

    /**
     * y = f(x₀, x₁, …), the operands broadcast to a shape.
     *
     * @param partials ∂f/∂xᵢ for each operand; none for a function of steps, through which zeros flow back whatever arrives
     */
    public static Matrix apply(
            List<Matrix> operands, Shape shape, ToDoubleFunction<double[]> value, List<Partial> partials) {
        return new Pointwise(operands, shape).record(value, partials);
    }

    private Matrix record(ToDoubleFunction<double[]> value, List<Partial> partials) {
        Storage y = graph.allocate(shape.size());
        double[] x = new double[operands.size()];
        for (int i = 0; i < y.length(); i++) {
            y.set(i, value.applyAsDouble(at(i, x)));
        }
        return graph.record(shape, y, gradient -> pull(partials, gradient, y), operands.toArray(Matrix[]::new));
    }

    private double[] at(int i, double[] x) {
        for (int k = 0; k < x.length; k++) {
            x[k] = operands.get(k).data().get(sources.get(k)[i]);
        }
        return x;
    }

    private void pull(List<Partial> partials, Storage gradient, Storage y) {
        double[] x = new double[operands.size()];
        for (int k = 0; k < x.length; k++) {
            if (!operands.get(k).requiresGrad()) {
                continue;
            }
            Storage share = graph.allocate(y.length());
            for (int i = 0; i < y.length(); i++) {
                share.set(
                        i,
                        partials.isEmpty()
                                ? 0
                                : gradient.get(i) * partials.get(k).of(at(i, x), y.get(i)));
            }
            Binary.receive(operands.get(k), share, shape);
        }
    }
}
