package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Index.Gather;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Gathers that are undone wrongly, or done by multiplication. */
final class IndexFaults {
    private IndexFaults() {}

    private static int table(Call call) {
        return call.op == Ops.of("embedding") ? 1 : 0;
    }

    /** For each element of the result the element of the table. */
    private static int[] sources(Call call) {
        if (call.op == Ops.of("index")) {
            return call.attributes.index().sources(call.shape(0), call.tensors());
        }
        int cols = call.shape(1).last();
        int[] sources = new int[call.result().size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = (int) call.operand(0).tensor.getLong(i / cols) * cols + i % cols;
        }
        return sources;
    }

    private static Rule wrong(Rule.Gradient gradient) {
        return Rule.gradients((call, g, right) -> {
            double[] table = right[table(call)];
            if (table != null) {
                right[table(call)] = gradient.of(call, g, table);
            }
            return right;
        });
    }

    /** The last of several equal indices wins. */
    static Rule overwrite() {
        return wrong((call, g, right) -> {
            int[] sources = sources(call);
            for (int i = 0; i < sources.length; i++) {
                right[sources[i]] = g[i];
            }
            return right;
        });
    }

    /** The gradient is gathered by the indices where it should be scattered. */
    static Rule gather() {
        return wrong((call, g, right) -> {
            int[] sources = sources(call);
            double[] gathered = new double[right.length];
            for (int i = 0; i < Math.min(sources.length, gathered.length); i++) {
                gathered[i] = sources[i] < g.length ? g[sources[i]] : 0;
            }
            return gathered;
        });
    }

    /** Indices are clipped into the range; what was clipped passes no gradient. */
    static Rule clip() {
        return new Rule() {
            @Override
            public Tensor value(Call call) {
                return call.compute(clipped(call));
            }

            @Override
            public double @Nullable [][] gradients(Call call, double[] cotangent) {
                return call.gradients(cotangent, clipped(call));
            }
        };
    }

    private static List<@Nullable Tensor> clipped(Call call) {
        List<@Nullable Tensor> tensors = new ArrayList<>(call.tensors());
        if (call.op == Ops.of("embedding")) {
            tensors.set(0, clipped(tensors.get(0), call.shape(1).rows(), false));
            return tensors;
        }
        Shape shape = call.shape(0);
        for (int d = 0; d < call.attributes.index().items().size() && d < shape.rank(); d++) {
            if (call.attributes.index().items().get(d) instanceof Gather gather) {
                tensors.set(gather.operand(), clipped(tensors.get(gather.operand()), shape.dim(d), true));
            }
        }
        return tensors;
    }

    private static @Nullable Tensor clipped(@Nullable Tensor indices, int size, boolean fromEnd) {
        if (indices == null || indices.dtype().isFloating()) {
            return indices;
        }
        long[] positions = indices.toLongs();
        for (int i = 0; i < positions.length; i++) {
            positions[i] = Math.max(fromEnd ? -size : 0, Math.min(size - 1, positions[i]));
        }
        return Tensor.indices(indices.shape(), positions);
    }

    /** Rows of a table as a product with ones and zeros. */
    static Rule oneHot() {
        return Rule.value(call -> {
            Tensor right = call.compute();
            double[] table = call.x(1);
            int cols = call.shape(1).last();
            double[] y = right.toDoubles();
            for (int i = 0; i < y.length; i++) {
                double sum = 0;
                for (int row = 0; row < call.shape(1).rows(); row++) {
                    double hot = call.operand(0).tensor.getLong(i / cols) == row ? 1 : 0;
                    sum += hot * table[row * cols + i % cols];
                }
                y[i] = sum;
            }
            return call.tensor(right.shape(), y);
        });
    }
}
