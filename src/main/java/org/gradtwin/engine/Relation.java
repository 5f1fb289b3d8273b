package org.gradtwin.engine;

import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Compares two numbers. */
@FunctionalInterface
public interface Relation {
    /** Whether it holds. */
    boolean holds(double x, double y);

    /** Whether it holds for each two elements that meet in a shape to which both operands stretch. */
    default Tensor of(Shape result, Tensor x, Tensor y) {
        int[] xs = x.shape().broadcastSources(result);
        int[] ys = y.shape().broadcastSources(result);
        boolean[] holds = new boolean[result.size()];
        for (int i = 0; i < holds.length; i++) {
            holds[i] = holds(x.get(xs[i]), y.get(ys[i]));
        }
        return Tensor.bools(result, holds);
    }
}
