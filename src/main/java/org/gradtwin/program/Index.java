package org.gradtwin.program;

import java.util.Arrays;
import java.util.List;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The subscript of {@code x[...]}: one item a dimension from the left, missing ones stand for {@code :}. Semantics are
 * PyTorch's: an integer drops its dimension, a slice keeps it, integer tensors are broadcast together with integers
 * that stand beside them.
 */
public record Index(List<Item> items) {

    /** One item of a subscript. */
    public sealed interface Item {}

    /** {@code start:stop:step}, null where left out; the step is positive. */
    public record Slice(
            @Nullable Integer start,
            @Nullable Integer stop,
            @Nullable Integer step) implements Item {
        /** Refuses a step that is not positive, as PyTorch does. */
        public Slice {
            if (step != null && step <= 0) {
                throw new IllegalArgumentException("the step of a slice must be positive, not " + step);
            }
        }

        int first(int size) {
            return start == null ? 0 : clip(start, size);
        }

        int count(int size) {
            int end = stop == null ? size : clip(stop, size);
            int length = end - first(size);
            return length <= 0 ? 0 : (length - 1) / stride() + 1;
        }

        int stride() {
            return step == null ? 1 : step;
        }

        private static int clip(int bound, int size) {
            return Math.max(0, Math.min(size, bound < 0 ? bound + size : bound));
        }
    }

    /** A single integer; negative ones count from the end. */
    public record At(int position) implements Item {}

    /** An integer tensor: the operand of that number, the indexed tensor being number 0. */
    public record Gather(int operand) implements Item {}

    /** An immutable copy. */
    public Index {
        items = List.copyOf(items);
    }

    /**
     * The shape of the result.
     *
     * @param shape shape of the indexed tensor
     * @param operands types of all operands, the indexed tensor first
     * @throws IllegalArgumentException if there are too many items, an integer is out of range, an index tensor is not
     *     int64, or the result has more than two dimensions
     */
    public Shape shape(Shape shape, List<Type> operands) {
        if (items.size() > shape.rank()) {
            throw new IllegalArgumentException(
                    "too many indices for " + shape + ": " + items.size() + " for rank " + shape.rank());
        }
        boolean gathers = items.stream().anyMatch(Gather.class::isInstance);
        Shape gathered = Shape.SCALAR;
        for (Item item : items) {
            if (item instanceof Gather gather) {
                Type type = operands.get(gather.operand());
                if (type.dtype() != DType.INT64) {
                    throw new IllegalArgumentException(
                            "an index tensor must be int64, not " + type.dtype().torchName());
                }
                gathered = Shape.broadcast(gathered, type.shape());
            }
        }
        int[] dims = new int[4];
        int rank = 0;
        boolean placed = false;
        for (int d = 0; d < shape.rank(); d++) {
            Item item = d < items.size() ? items.get(d) : new Slice(null, null, null);
            if (item instanceof Slice slice) {
                dims[rank++] = slice.count(shape.dim(d));
            } else {
                if (item instanceof At at) {
                    resolve(at.position(), shape, d);
                }
                if (gathers && !placed) {
                    for (int size : gathered.dims()) {
                        dims[rank++] = size;
                    }
                    placed = true;
                }
            }
        }
        return Shape.of(Arrays.copyOf(dims, rank));
    }

    /**
     * Where each element of the result comes from.
     *
     * @param shape shape of the indexed tensor
     * @param result shape of the result, from {@link #shape}
     * @param tensors the operands; only those that {@link Gather} items name are read
     * @return for each row-major position of the result the row-major position in the indexed tensor
     * @throws IllegalArgumentException if an index is out of range
     */
    public int[] sources(Shape shape, Shape result, List<? extends @Nullable Tensor> tensors) {
        int[] sources = new int[result.size()];
        Shape gathered = gatheredShape(tensors);
        int[][] picks = new int[shape.rank()][];
        for (int d = 0; d < shape.rank(); d++) {
            picks[d] = picks(d, shape, gathered, tensors);
        }
        for (int position = 0; position < sources.length; position++) {
            int[] index = result.index(position);
            sources[position] = source(shape, index, gathered, picks);
        }
        return sources;
    }

    private Shape gatheredShape(List<? extends @Nullable Tensor> tensors) {
        Shape gathered = Shape.SCALAR;
        for (Item item : items) {
            if (item instanceof Gather gather) {
                gathered = Shape.broadcast(gathered, tensor(tensors, gather).shape());
            }
        }
        return gathered;
    }

    /** The positions along one dimension: by slice position, or by position in the broadcast index tensors. */
    private int[] picks(int d, Shape shape, Shape gathered, List<? extends @Nullable Tensor> tensors) {
        int size = shape.dim(d);
        Item item = d < items.size() ? items.get(d) : new Slice(null, null, null);
        if (item instanceof Slice slice) {
            int[] picks = new int[slice.count(size)];
            for (int i = 0; i < picks.length; i++) {
                picks[i] = slice.first(size) + i * slice.stride();
            }
            return picks;
        }
        if (item instanceof At at) {
            return new int[] {resolve(at.position(), shape, d)};
        }
        Tensor tensor = tensor(tensors, (Gather) item);
        int[] from = tensor.shape().broadcastSources(gathered);
        int[] picks = new int[from.length];
        for (int i = 0; i < picks.length; i++) {
            picks[i] = resolve(tensor.getLong(from[i]), shape, d);
        }
        return picks;
    }

    private int source(Shape shape, int[] index, Shape gathered, int[][] picks) {
        int flat = 0;
        int next = 0;
        int gatherPosition = -1;
        for (int d = 0; d < shape.rank(); d++) {
            Item item = d < items.size() ? items.get(d) : new Slice(null, null, null);
            int pick;
            if (item instanceof Slice) {
                pick = picks[d][index[next++]];
            } else if (item instanceof At) {
                pick = picks[d][0];
                // An integer beside an index tensor marks the place where the gathered dimensions go.
                if (gatherPosition < 0 && hasGather()) {
                    gatherPosition = flatten(index, next, gathered);
                    next += gathered.rank();
                }
            } else {
                if (gatherPosition < 0) {
                    gatherPosition = flatten(index, next, gathered);
                    next += gathered.rank();
                }
                pick = picks[d][gatherPosition];
            }
            flat = flat * shape.dim(d) + pick;
        }
        return flat;
    }

    private boolean hasGather() {
        return items.stream().anyMatch(Gather.class::isInstance);
    }

    private static int flatten(int[] index, int from, Shape gathered) {
        int flat = 0;
        for (int d = 0; d < gathered.rank(); d++) {
            flat = flat * gathered.dim(d) + index[from + d];
        }
        return flat;
    }

    private static Tensor tensor(List<? extends @Nullable Tensor> tensors, Gather gather) {
        Tensor tensor = tensors.get(gather.operand());
        if (tensor == null) {
            throw new IllegalArgumentException("the index tensor is missing");
        }
        return tensor;
    }

    private static int resolve(long position, Shape shape, int d) {
        int size = shape.dim(d);
        if (position < -size || position >= size) {
            throw new IllegalArgumentException(
                    "index " + position + " is out of range for dimension " + d + " of " + shape);
        }
        return (int) (position < 0 ? position + size : position);
    }
}
