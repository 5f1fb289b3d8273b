package org.gradtwin.matrix;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Ops that move elements and compute nothing: forward gathers, backward scatters and adds. */
final class Shapes {
    private Shapes() {}

    static Matrix reshape(Matrix x, int... shape) {
        Dims dims = Dims.of(inferred(x.dims(), shape));
        if (dims.size() != x.dims().size()) {
            throw new IllegalArgumentException("reshape %s to %s: %d elements into %d"
                    .formatted(x.dims(), dims, x.dims().size(), dims.size()));
        }
        Graph graph = x.graph();
        Storage y = graph.allocate(dims.size());
        graph.passes().copy(y, x.data());
        return graph.record(
                dims,
                y,
                gradient -> {
                    Storage share = graph.allocate(gradient.length());
                    graph.passes().copy(share, gradient);
                    x.receive(share);
                },
                x);
    }

    /** Puts what is left of the size in the place of a −1. */
    private static int[] inferred(Dims from, int[] shape) {
        int[] result = shape.clone();
        int rest = 1;
        int open = -1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] != -1) {
                rest *= shape[i];
            } else if (open >= 0) {
                throw new IllegalArgumentException(
                        "reshape %s to %s: only one size can be -1".formatted(from, Arrays.toString(shape)));
            } else {
                open = i;
            }
        }
        if (open >= 0) {
            if (rest == 0 || from.size() % rest != 0) {
                throw new IllegalArgumentException("reshape %s to %s: %d elements leave no whole size for -1"
                        .formatted(from, Arrays.toString(shape), from.size()));
            }
            result[open] = from.size() / rest;
        }
        return result;
    }

    static Matrix transpose(Matrix x) {
        Dims from = x.dims();
        if (from.rank() < 2) {
            return reshape(x, from.toArray());
        }
        Graph graph = x.graph();
        Storage y = graph.allocate(from.size());
        transpose(x.data(), from.rows(), from.columns(), y);
        return graph.record(
                Dims.matrix(from.columns(), from.rows()),
                y,
                gradient -> {
                    Storage share = graph.allocate(gradient.length());
                    transpose(gradient, from.columns(), from.rows(), share);
                    x.receive(share);
                },
                x);
    }

    private static void transpose(Storage from, int rows, int columns, Storage to) {
        for (int row = 0, at = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to.set(column * rows + row, from.get(at++));
            }
        }
    }

    static Matrix cat(List<Matrix> parts, int dim) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("cat: nothing to join");
        }
        // A part of shape (0,) is skipped whatever the shape of the others is, as in PyTorch.
        Optional<Dims> shaped = parts.stream()
                .map(Matrix::dims)
                .filter(dims -> !isSkipped(dims))
                .findFirst();
        Dims first = shaped.orElseGet(() -> Dims.vector(0));
        if (first.rank() == 0) {
            throw new IllegalArgumentException("cat: numbers have no dimension to join along");
        }
        int along = shaped.isEmpty() ? 0 : first.dimension("cat", dim);
        boolean stack = first.rank() == 2 && along == 0;
        long length = 0;
        for (Matrix part : parts) {
            Dims dims = part.dims();
            if (isSkipped(dims)) {
                continue;
            }
            if (dims.rank() != first.rank()
                    || (stack ? dims.columns() != first.columns() : dims.rows() != first.rows())) {
                throw new IllegalArgumentException(
                        "cat %s and %s along dim %d: the other sizes differ".formatted(first, dims, along));
            }
            length += dims.length(along);
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("cat along dim %d: %,d are too many".formatted(along, length));
        }
        int joined = (int) length;
        Dims result = new Dims(first.rank(), stack ? joined : first.rows(), stack ? first.columns() : joined);
        Graph graph = parts.get(0).graph();
        Storage y = graph.allocate(result.size());
        int offset = 0;
        for (Matrix part : parts) {
            parts.get(0).sameGraph("cat", part);
            place(part.data(), part.dims(), y, result.columns(), offset, true);
            offset += stack ? part.dims().size() : part.dims().columns();
        }
        List<Matrix> operands = List.copyOf(parts);
        return graph.record(
                result,
                y,
                gradient -> {
                    int from = 0;
                    for (Matrix part : operands) {
                        if (part.requiresGrad()) {
                            Storage share = graph.allocate(part.dims().size());
                            place(share, part.dims(), gradient, result.columns(), from, false);
                            part.receive(share);
                        }
                        from += stack ? part.dims().size() : part.dims().columns();
                    }
                },
                operands.toArray(new Matrix[0]));
    }

    private static boolean isSkipped(Dims dims) {
        return dims.rank() == 1 && dims.columns() == 0;
    }

    /** Copies a block into a wider matrix at an offset, or out of it. */
    private static void place(Storage block, Dims dims, Storage whole, int width, int offset, boolean into) {
        for (int row = 0, at = 0; row < dims.rows(); row++) {
            for (int column = 0; column < dims.columns(); column++, at++) {
                int place = offset + row * width + column;
                if (into) {
                    whole.set(place, block.get(at));
                } else {
                    block.set(at, whole.get(place));
                }
            }
        }
    }

    static Matrix index(Matrix x, Index... indices) {
        Selection selection = Selection.of(x.dims(), indices);
        return gather(x, selection.dims(), selection.sources(), -1);
    }

    /**
     * Takes the elements at the sources.
     *
     * @param skipped a row of x that gets no gradient, or −1
     */
    static Matrix gather(Matrix x, Dims dims, int[] sources, int skipped) {
        Graph graph = x.graph();
        Storage data = x.data();
        Storage y = graph.allocate(sources.length);
        for (int i = 0; i < sources.length; i++) {
            y.set(i, data.get(sources[i]));
        }
        int columns = x.dims().columns();
        return graph.record(
                dims,
                y,
                gradient -> {
                    Storage share = graph.allocate(data.length());
                    graph.passes().fill(share, 0);
                    for (int i = 0; i < sources.length; i++) {
                        int source = sources[i];
                        if (skipped < 0 || source / columns != skipped) {
                            share.set(source, share.get(source) + gradient.get(i));
                        }
                    }
                    x.receive(share);
                },
                x);
    }
}
