package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The subscript of {@code x[...]}: one item a dimension from the left, missing ones stand for {@code :}. Semantics are
 * PyTorch's: an integer drops its dimension, a slice keeps it, integer tensors are broadcast together.
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

    /** {@code None}: a new dimension of size 1. */
    public record NewAxis() implements Item {}

    /** {@code ...}: as many full slices as there is room for. */
    public record Ellipsis() implements Item {}

    /** An immutable copy. */
    public Index {
        items = List.copyOf(items);
        if (items.stream().filter(Ellipsis.class::isInstance).count() > 1) {
            throw new IllegalArgumentException("an index can only have a single '...'");
        }
    }

    /**
     * The shape of the result.
     *
     * @param shape shape of the indexed tensor
     * @param operands types of all operands, the indexed tensor first
     * @throws IllegalArgumentException if there are too many items, an integer is out of range, or an index tensor is not
     *     int64
     */
    public Shape shape(Shape shape, List<? extends @Nullable Type> operands) {
        for (Item item : items) {
            if (item instanceof Gather gather) {
                Type type = operands.get(gather.operand());
                if (type != null && type.dtype() == DType.BOOL) {
                    throw new IllegalArgumentException("how many elements a mask takes only its values tell: write "
                            + "where(mask, x, 0.0), or give the places as int64");
                }
                if (type != null && type.dtype() != DType.INT64) {
                    throw new IllegalArgumentException(
                            "an index tensor must be int64, not " + type.dtype().torchName());
                }
            }
        }
        List<Item> expanded = expanded(shape);
        Function<Gather, Shape> shapeOf = gather -> {
            Type type = operands.get(gather.operand());
            return type == null ? Shape.SCALAR : type.shape();
        };
        Shape gathered = gathered(shapeOf);
        int place = place(expanded, shapeOf);
        List<Integer> dims = new ArrayList<>();
        int d = 0;
        for (int i = 0; i <= expanded.size(); i++) {
            if (i == place) {
                Arrays.stream(gathered.dims()).forEach(dims::add);
            }
            if (i == expanded.size()) {
                break;
            }
            Item item = expanded.get(i);
            if (item instanceof Slice slice) {
                dims.add(slice.count(shape.dim(d)));
            } else if (item instanceof At at) {
                resolve(at.position(), shape, d);
            } else if (item instanceof NewAxis) {
                dims.add(1);
            }
            d += item instanceof NewAxis ? 0 : 1;
        }
        return Shape.of(dims.stream().mapToInt(Integer::intValue).toArray());
    }

    /**
     * Where each element of the result comes from.
     *
     * @param shape shape of the indexed tensor
     * @param tensors the operands; only those that {@link Gather} items name are read
     * @return for each row-major position of the result the row-major position in the indexed tensor
     * @throws IllegalArgumentException if an index is out of range
     */
    public int[] sources(Shape shape, List<? extends @Nullable Tensor> tensors) {
        List<Item> expanded = expanded(shape);
        Function<Gather, Shape> shapeOf = gather -> tensor(tensors, gather).shape();
        Shape gathered = gathered(shapeOf);
        int[] together = new int[gathered.size()];
        int[] strides = shape.strides();
        int place = place(expanded, shapeOf);
        int offset = 0;
        List<int[]> axes = new ArrayList<>();
        int d = 0;
        for (int i = 0; i < expanded.size(); i++) {
            if (i == place) {
                axes.add(together);
            }
            Item item = expanded.get(i);
            if (item instanceof NewAxis) {
                continue;
            }
            if (item instanceof Slice slice) {
                int[] steps = new int[slice.count(shape.dim(d))];
                for (int k = 0; k < steps.length; k++) {
                    steps[k] = (slice.first(shape.dim(d)) + k * slice.stride()) * strides[d];
                }
                axes.add(steps);
            } else if (item instanceof At at) {
                offset += resolve(at.position(), shape, d) * strides[d];
            } else {
                Tensor tensor = tensor(tensors, (Gather) item);
                if (tensor.shape().rank() == 0) {
                    offset += resolve(tensor.getLong(0), shape, d) * strides[d];
                    d++;
                    continue;
                }
                int[] from = tensor.shape().broadcastSources(gathered);
                for (int k = 0; k < together.length; k++) {
                    together[k] += resolve(tensor.getLong(from[k]), shape, d) * strides[d];
                }
            }
            d++;
        }
        return sums(offset, axes);
    }

    /** All sums of one number of each axis, the last axis running fastest. */
    private static int[] sums(int offset, List<int[]> axes) {
        int[] sums = {offset};
        for (int[] axis : axes) {
            int[] longer = new int[sums.length * axis.length];
            for (int i = 0, at = 0; i < sums.length; i++) {
                for (int step : axis) {
                    longer[at++] = sums[i] + step;
                }
            }
            sums = longer;
        }
        return sums;
    }

    /**
     * The items with the ellipsis, and what is left out at the end, written as full slices.
     *
     * @throws IllegalArgumentException if there are more items than dimensions
     */
    public List<Item> expanded(Shape shape) {
        long named = items.stream()
                .filter(item -> !(item instanceof NewAxis || item instanceof Ellipsis))
                .count();
        if (named > shape.rank()) {
            throw new IllegalArgumentException(
                    "too many indices for " + shape + ": " + named + " for " + shape.rank() + " dimensions");
        }
        List<Item> full = Collections.nCopies((int) (shape.rank() - named), new Slice(null, null, null));
        List<Item> expanded = new ArrayList<>(items);
        int ellipsis = items.indexOf(new Ellipsis());
        if (ellipsis >= 0) {
            expanded.remove(ellipsis);
        }
        expanded.addAll(ellipsis >= 0 ? ellipsis : expanded.size(), full);
        return expanded;
    }

    private Shape gathered(Function<Gather, Shape> shapeOf) {
        Shape gathered = Shape.SCALAR;
        for (Item item : items) {
            if (item instanceof Gather gather) {
                gathered = Shape.broadcast(gathered, shapeOf.apply(gather));
            }
        }
        return gathered;
    }

    /**
     * The item before which the dimensions of the index tensors go: that of the first one; the very first, as in PyTorch, where
     * something but an integer stands between two of them; −1 without index tensors. One of no dimensions is an integer.
     */
    private static int place(List<Item> items, Function<Gather, Shape> shapeOf) {
        int first = -1;
        boolean apart = false;
        for (int i = 0; i < items.size(); i++) {
            Item item = items.get(i);
            if (item instanceof Gather gather && shapeOf.apply(gather).rank() > 0) {
                if (first >= 0 && apart) {
                    return 0;
                }
                first = first < 0 ? i : first;
            } else {
                apart |= first >= 0 && !(item instanceof At || item instanceof Gather);
            }
        }
        return first;
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
