package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Ops that move or choose elements and compute nothing. */
final class Shapes {
    private Shapes() {}

    static Matrix reshape(Matrix x, int... dims) {
        Shape shape = Shape.of(inferred(x.shape(), dims));
        if (shape.size() != x.shape().size()) {
            throw new IllegalArgumentException("reshape %s to %s: %d elements into %d"
                    .formatted(x.shape(), shape, x.shape().size(), shape.size()));
        }
        Graph graph = x.graph();
        return graph.record(shape, graph.copy(x.data()), gradient -> x.receive(graph.copy(gradient)), x);
    }

    /** Puts what is left of the size in the place of a −1. */
    private static int[] inferred(Shape from, int[] dims) {
        int[] result = dims.clone();
        int rest = 1;
        int open = -1;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] != -1) {
                rest *= dims[i];
            } else if (open >= 0) {
                throw new IllegalArgumentException(
                        "reshape %s to %s: only one size can be -1".formatted(from, Arrays.toString(dims)));
            } else {
                open = i;
            }
        }
        if (open >= 0) {
            if (rest == 0 || from.size() % rest != 0) {
                throw new IllegalArgumentException("reshape %s to %s: %d elements leave no whole size for -1"
                        .formatted(from, Arrays.toString(dims), from.size()));
            }
            result[open] = from.size() / rest;
        }
        return result;
    }

    static Matrix permute(Matrix x, int... order) {
        Shape from = x.shape();
        int[] sources = IntStream.of(order).map(from::dimension).toArray();
        if (order.length != from.rank() || IntStream.of(sources).distinct().count() != order.length) {
            throw new IllegalArgumentException(
                    "permute %s: %s does not name each dimension once".formatted(from, Arrays.toString(order)));
        }
        Shape to = Shape.of(IntStream.of(sources).map(from::dim).toArray());
        int[] steps = from.strides();
        int[] back = new int[order.length];
        for (int d = 0; d < back.length; d++) {
            back[sources[d]] = to.strides()[d];
        }
        Graph graph = x.graph();
        Storage y = graph.allocate(from.size());
        new Strides(to, IntStream.of(sources).map(d -> steps[d]).toArray()).copy(x.data(), y);
        return graph.record(
                to,
                y,
                gradient -> {
                    Storage share = graph.allocate(gradient.length());
                    new Strides(from, back).copy(gradient, share);
                    x.receive(share);
                },
                x);
    }

    static Matrix transpose(Matrix x) {
        int rank = x.shape().rank();
        return permute(x, IntStream.range(0, rank).map(d -> rank - 1 - d).toArray());
    }

    static Matrix expand(Matrix x, Shape shape) {
        if (!Shape.broadcast(x.shape(), shape).equals(shape)) {
            throw new IllegalArgumentException(x.shape() + " does not broadcast to " + shape);
        }
        Graph graph = x.graph();
        Storage y = graph.allocate(shape.size());
        new Strides(shape, x.shape().broadcastStrides(shape)).copy(x.data(), y);
        return graph.record(
                shape,
                y,
                gradient -> {
                    Storage share = Reductions.unbroadcast(graph, gradient, shape, x.shape());
                    x.receive(share == gradient ? graph.copy(gradient) : share);
                },
                x);
    }

    /** An operand in this shape: itself if it has it. */
    static Matrix expanded(Matrix x, Shape shape) {
        return x.shape().equals(shape) ? x : expand(x, shape);
    }

    static Matrix cat(List<Matrix> parts, int dim) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("cat: nothing to join");
        }
        // A part of shape (0,) is skipped whatever the shape of the others is, as in PyTorch.
        Shape empty = Shape.of(0);
        Shape first = parts.stream()
                .map(Matrix::shape)
                .filter(shape -> !shape.equals(empty))
                .findFirst()
                .orElse(empty);
        if (first.rank() == 0) {
            throw new IllegalArgumentException("cat: numbers have no dimension to join along");
        }
        int along = first.equals(empty) ? 0 : first.dimension(dim);
        int[] dims = first.dims();
        dims[along] = 0;
        for (Matrix part : parts) {
            parts.get(0).sameGraph("cat", part);
            if (part.shape().equals(empty)) {
                continue;
            }
            int[] others = part.shape().dims();
            if (others.length == dims.length) {
                others[along] = dims[along];
            }
            if (!Arrays.equals(others, dims)) {
                throw new IllegalArgumentException(
                        "cat %s and %s along dim %d: the other sizes differ".formatted(first, part.shape(), along));
            }
            dims[along] += part.shape().dim(along);
            if (dims[along] < 0) {
                throw new IllegalArgumentException("cat along dim " + along + ": more than 2^31 - 1 are too many");
            }
        }
        Shape result = Shape.of(dims);
        int outer = result.product(0, along);
        int width = result.product(along, result.rank());
        Graph graph = parts.get(0).graph();
        Storage y = graph.allocate(result.size());
        List<Matrix> operands = List.copyOf(parts);
        int offset = 0;
        for (Matrix part : operands) {
            int block = part.shape().size() / Math.max(outer, 1);
            for (int i = 0; i < outer; i++) {
                y.copy(i * width + offset, part.data(), i * block, block);
            }
            offset += block;
        }
        return graph.record(
                result,
                y,
                gradient -> {
                    int from = 0;
                    for (Matrix part : operands) {
                        int block = part.shape().size() / Math.max(outer, 1);
                        if (part.requiresGrad()) {
                            Storage share = graph.allocate(outer * block);
                            for (int i = 0; i < outer; i++) {
                                share.copy(i * block, gradient, i * width + from, block);
                            }
                            part.receive(share);
                        }
                        from += block;
                    }
                },
                operands.toArray(new Matrix[0]));
    }

    static Matrix indexSelect(Matrix x, int dim, int... places) {
        Shape from = x.shape();
        int along = from.dimension(dim);
        if (from.rank() == 0) {
            throw new IllegalArgumentException("index_select: a number has no dimension to choose along");
        }
        int size = from.dim(along);
        int inner = from.product(along + 1, from.rank());
        int[] dims = from.dims();
        dims[along] = places.length;
        Shape result = Shape.of(dims);
        int[] sources = new int[result.size()];
        for (int outer = 0, at = 0; outer < from.product(0, along); outer++) {
            for (int place : places) {
                int start = (outer * size + inRange(place, from, along)) * inner;
                for (int i = 0; i < inner; i++) {
                    sources[at++] = start + i;
                }
            }
        }
        return gather(x, result, 0, sources, sources);
    }

    /** A place along a dimension, counted from the end if it is negative. */
    static int inRange(int place, Shape shape, int dimension) {
        int size = shape.dim(dimension);
        if (place < -size || place >= size) {
            throw new IllegalArgumentException(
                    "index " + place + " is out of range for dimension " + dimension + " of " + shape);
        }
        return place < 0 ? place + size : place;
    }

    /** Refuses positions that do not fill a shape, or lie below the least one or outside of another shape. */
    static int[] positions(Shape filled, int least, Shape within, int... positions) {
        if (positions.length != filled.size()) {
            throw new IllegalArgumentException(
                    "%d positions for %s with %d elements".formatted(positions.length, filled, filled.size()));
        }
        for (int position : positions) {
            if (position < least || position >= within.size()) {
                throw new IllegalArgumentException("position %d is out of range for %s with %d elements"
                        .formatted(position, within, within.size()));
            }
        }
        return positions.clone();
    }

    /** See {@link Matrix#take(Shape, double, int...)}; the positions are no smaller than the least. */
    static Matrix take(Matrix x, Shape result, int least, double fill, int... positions) {
        int[] sources = positions(result, least, x.shape(), positions);
        return gather(x, result, fill, sources, sources);
    }

    /**
     * Takes the elements at the sources.
     *
     * @param fill what stands in the place of those at −1
     * @param targets where the gradient of each element goes, −1 for nowhere
     */
    static Matrix gather(Matrix x, Shape shape, double fill, int[] sources, int[] targets) {
        Graph graph = x.graph();
        Storage y = graph.allocate(sources.length);
        y.gather(x.data(), fill, sources);
        return graph.record(
                shape,
                y,
                gradient -> {
                    Storage share = graph.allocate(x.data().length());
                    scatter(graph, gradient, targets, share);
                    x.receive(share);
                },
                x);
    }

    /** Adds each element to those at its target, in a value of this shape that is 0 elsewhere. */
    static Matrix scatterAdd(Matrix x, Shape shape, int... targets) {
        Graph graph = x.graph();
        Storage y = graph.allocate(shape.size());
        scatter(graph, x.data(), targets, y);
        return graph.record(
                shape,
                y,
                gradient -> {
                    Storage share = graph.allocate(targets.length);
                    share.gather(gradient, 0, targets);
                    x.receive(share);
                },
                x);
    }

    private static void scatter(Graph graph, Storage from, int[] targets, Storage to) {
        graph.passes().fill(to, 0);
        to.scatterAdd(from, targets);
    }

    static Matrix where(Tensor mask, Matrix x, Matrix y) {
        if (mask.dtype() != DType.BOOL) {
            throw new IllegalArgumentException(
                    "where: the mask must be bool, but is " + mask.dtype().torchName());
        }
        Graph graph = x.sameGraph("where", y);
        Shape shape = Shape.broadcast(mask.shape(), Shape.broadcast(x.shape(), y.shape()));
        boolean[] chosen = new boolean[shape.size()];
        boolean even = mask.shape().size() == chosen.length;
        int[] sources = even ? new int[0] : mask.shape().broadcastSources(shape);
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = mask.getLong(even ? i : sources[i]) != 0;
        }
        Matrix left = expanded(x, shape);
        Matrix right = expanded(y, shape);
        Storage z = graph.allocate(chosen.length);
        z.copyWhere(chosen, true, left.data());
        z.copyWhere(chosen, false, right.data());
        return graph.record(
                shape,
                z,
                gradient -> {
                    receiveWhere(left, gradient, chosen, true);
                    receiveWhere(right, gradient, chosen, false);
                },
                left,
                right);
    }

    /** The gradient where the mask has the side's value, and a plain 0 elsewhere. */
    private static void receiveWhere(Matrix operand, Storage gradient, boolean[] chosen, boolean side) {
        if (operand.requiresGrad()) {
            Storage share = operand.graph().allocate(chosen.length);
            operand.graph().passes().fill(share, 0);
            share.copyWhere(chosen, side, gradient);
            operand.receive(share);
        }
    }
}
