package org.gradtwin.language;

import java.util.List;

/** A function of whole tensors that the language has no words for, with its adjoint. Engines apply it to their own elements. */
public interface Procedure {
    /**
     * The result, row-major.
     *
     * @param operands their elements, row-major
     * @throws IllegalArgumentException if PyTorch would refuse these elements
     */
    double[] value(Call call, List<double[]> operands);

    /**
     * What flows back to each operand.
     *
     * @param value the result
     * @param gradient that of the result
     */
    List<double[]> gradients(Call call, List<double[]> operands, double[] value, double[] gradient);
}
