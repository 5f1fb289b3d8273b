package org.gradtwin.matrix;

import java.util.List;
import java.util.function.Function;
import org.gradtwin.tensor.Shape;

/** A value that was computed outside of the engine, in double, with what takes its gradient back. */
public final class Adjoint {
    private Adjoint() {}

    /**
     * Records a value.
     *
     * @param operands what it was computed from
     * @param gradients from the gradient of the value to that of each operand, row-major
     */
    public static Matrix record(
            List<Matrix> operands, Shape shape, double[] value, Function<double[], List<double[]>> gradients) {
        Graph graph = operands.get(0).graph();
        operands.forEach(operand -> operands.get(0).sameGraph("record", operand));
        Storage y = graph.allocate(shape.size());
        y.load(value);
        return graph.record(
                shape,
                y,
                gradient -> {
                    List<double[]> shares = gradients.apply(gradient.toDoubles());
                    for (int k = 0; k < shares.size(); k++) {
                        if (operands.get(k).requiresGrad()) {
                            operands.get(k).receive(graph.stored(shares.get(k)));
                        }
                    }
                },
                operands.toArray(Matrix[]::new));
    }
}
