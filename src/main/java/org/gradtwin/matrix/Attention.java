package org.gradtwin.matrix;

import java.util.Arrays;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Attention, softmax(q kᵀ · scale + mask) v, by products, masks and softmax. */
public final class Attention {
    private Attention() {}

    /**
     * The attention of queries to keys.
     *
     * @param query (…, queries, width)
     * @param key (…, keys, width)
     * @param value (…, keys, any width)
     * @param part which keys take part, or null
     * @param more what is added to the scores, or null
     * @param causal whether query i looks at the keys up to i alone
     * @param grouped whether several heads of the query share one of key and value, in the dimension before the last two
     */
    public static Matrix of(
            Matrix query,
            Matrix key,
            Matrix value,
            double scale,
            @Nullable Tensor part,
            @Nullable Matrix more,
            boolean causal,
            boolean grouped) {
        Matrix k = grouped ? repeated(key, query) : key;
        Matrix v = grouped ? repeated(value, query) : value;
        Matrix scores = query.mul(query.graph().constant(scale)).matmul(swapped(k));
        int queries = query.shape().dim(query.shape().rank() - 2);
        int keys = k.shape().dim(k.shape().rank() - 2);
        Tensor hidden = causal ? later(queries, keys) : part == null ? null : negated(part);
        if (more != null) {
            scores = scores.add(more);
        }
        if (hidden != null) {
            scores = scores.maskedFill(hidden, Double.NEGATIVE_INFINITY);
        }
        boolean someSeen = (causal && keys > 0) || (part == null && more == null) || keys == 0;
        Tensor none = someSeen ? null : nothing(scores, keys);
        if (none == null) {
            return scores.softmax(-1).matmul(v);
        }
        return scores.maskedFill(none, 0).softmax(-1).maskedFill(none, 0).matmul(v);
    }

    private static Matrix swapped(Matrix x) {
        int rank = x.shape().rank();
        int[] order = new int[rank];
        Arrays.setAll(order, d -> d < rank - 2 ? d : 2 * rank - 3 - d);
        return x.permute(order);
    }

    /** Each head as often as heads of the query share it. */
    private static Matrix repeated(Matrix x, Matrix query) {
        int[] dims = x.shape().dims();
        int heads = dims.length - 3;
        int times = query.shape().dim(heads) / dims[heads];
        int head = dims[heads + 1] * dims[heads + 2];
        dims[heads] *= times;
        Shape result = Shape.of(dims);
        int[] sources = new int[result.size()];
        Arrays.setAll(sources, i -> i / head / times * head + i % head);
        return x.take(result, sources);
    }

    private static Tensor later(int queries, int keys) {
        boolean[] later = new boolean[queries * keys];
        for (int i = 0; i < later.length; i++) {
            later[i] = i % keys > i / keys;
        }
        return Tensor.bools(Shape.of(queries, keys), later);
    }

    private static Tensor negated(Tensor mask) {
        boolean[] negated = new boolean[mask.size()];
        for (int i = 0; i < negated.length; i++) {
            negated[i] = mask.getLong(i) == 0;
        }
        return Tensor.bools(mask.shape(), negated);
    }

    /** The rows of scores that are −∞ throughout: what looks at nothing. Null if there are none. */
    private static @Nullable Tensor nothing(Matrix scores, int keys) {
        double[] values = scores.values();
        boolean[] rows = new boolean[values.length / keys];
        boolean any = false;
        for (int r = 0; r < rows.length; r++) {
            boolean all = true;
            for (int i = r * keys; i < (r + 1) * keys; i++) {
                all &= values[i] == Double.NEGATIVE_INFINITY;
            }
            rows[r] = all;
            any |= all;
        }
        int[] dims = scores.shape().dims();
        dims[dims.length - 1] = 1;
        return any ? Tensor.bools(Shape.of(dims), rows) : null;
    }
}
