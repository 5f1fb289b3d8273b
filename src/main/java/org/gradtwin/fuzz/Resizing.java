package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.engine.Input;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * Dimensions get a smaller size.
 *
 * @param dims which dimensions
 * @param to the smaller size by the size; the size itself if it stays
 * @param part which elements are left
 * @param below what indices are made to stay below
 */
record Resizing(Dims dims, IntUnaryOperator to, Part part, int below) {
    private static final int[] FACTORS = {2, 3, 5};

    /** A choice of dimensions. */
    private interface Dims {
        /** Whether dimension {@code dim}, from 0, of a tensor of a rank is one. */
        boolean has(int dim, int rank);
    }

    /** The elements along a dimension that are left: from one end or both. */
    private enum Part {
        FIRST,
        LAST,
        ENDS;

        private int source(int i, int size, int to) {
            return i + (this == FIRST || (this == ENDS && i < (to + 1) / 2) ? 0 : size - to);
        }
    }

    /** For each size of the inputs, and for sizes that have a factor in common: three times another, say. */
    static List<Resizing> of(Collection<Input> inputs) {
        List<Shape> shapes = inputs.stream().map(input -> input.value().shape()).toList();
        NavigableSet<Integer> sizes = new TreeSet<>();
        for (Shape shape : shapes) {
            Arrays.stream(shape.dims()).filter(size -> size > 1).forEach(sizes::add);
        }
        boolean indexed =
                inputs.stream().anyMatch(input -> !input.value().dtype().isFloating());
        List<Resizing> all = new ArrayList<>();
        for (int size : sizes) {
            List<Dims> choices = choices(shapes, size);
            for (int to : new LinkedHashSet<>(List.of((size + 1) / 2, 1, size - Math.max(size / 8, 1), size - 1))) {
                for (Dims dims : choices) {
                    for (Part part : to == 1 ? List.of(Part.FIRST, Part.LAST) : List.of(Part.values())) {
                        IntUnaryOperator smaller = each -> each == size ? to : each;
                        all.add(new Resizing(dims, smaller, part, to));
                        if (indexed) {
                            all.add(new Resizing(dims, smaller, part, Integer.MAX_VALUE));
                        }
                    }
                }
            }
        }
        for (int factor : FACTORS) {
            IntUnaryOperator smaller = each -> each % factor == 0 ? each / factor : each;
            all.add(new Resizing((dim, rank) -> true, smaller, Part.FIRST, Integer.MAX_VALUE));
        }
        return all;
    }

    /** All dimensions; one, from the end or the front, or all but one where a tensor has several of that size. */
    private static List<Dims> choices(List<Shape> shapes, int size) {
        List<Dims> choices = new ArrayList<>(List.of((dim, rank) -> true));
        int longest = shapes.stream()
                .filter(shape ->
                        Arrays.stream(shape.dims()).filter(each -> each == size).count() > 1)
                .mapToInt(Shape::rank)
                .max()
                .orElse(0);
        boolean ofOneRank = shapes.stream().mapToInt(Shape::rank).distinct().count() == 1;
        for (int i = 0; i < longest; i++) {
            int one = i;
            choices.add((dim, rank) -> rank - 1 - dim == one);
            choices.add((dim, rank) -> rank - 1 - dim != one);
            if (!ofOneRank) {
                choices.add((dim, rank) -> dim == one);
            }
        }
        return choices;
    }

    /** The input with less; itself if it has no such dimension. */
    Input of(Input input) {
        Tensor left = of(input.value());
        if (left.shape().equals(input.value().shape())) {
            return input;
        }
        Tensor smaller = left.dtype() != DType.INT64
                ? left
                : Tensor.indices(
                        left.shape(),
                        IntStream.range(0, left.size())
                                .mapToLong(i -> Math.min(left.getLong(i), below - 1))
                                .toArray());
        return new Input(smaller, input.requiresGrad());
    }

    /** The tensor with less; itself if it has no such dimension. */
    Tensor of(Tensor tensor) {
        Shape shape = tensor.shape();
        int[] sizes = shape.dims();
        for (int d = 0; d < sizes.length; d++) {
            sizes[d] = dims.has(d, sizes.length) ? to.applyAsInt(sizes[d]) : sizes[d];
        }
        Shape smaller = Shape.of(sizes);
        if (smaller.equals(shape)) {
            return tensor;
        }
        int[] from = new int[smaller.size()];
        int[] strides = shape.strides();
        int[] steps = smaller.strides();
        for (int i = 0; i < from.length; i++) {
            for (int d = 0; d < sizes.length; d++) {
                from[i] += part.source(i / steps[d] % sizes[d], shape.dim(d), sizes[d]) * strides[d];
            }
        }
        return tensor.pick(smaller, 0, from);
    }

    /** Sizes that are written down, as those that are normalized, likewise. */
    Expr of(Expr expr) {
        if (!(expr instanceof Apply apply)) {
            return expr;
        }
        Apply smaller = apply.with(this::of);
        Attributes attributes = apply.attributes();
        for (String key : attributes.keys()) {
            if (attributes.get(key) instanceof List<?> sizes) {
                attributes = attributes.with(
                        key,
                        sizes.stream()
                                .<Object>map(one -> one instanceof Integer size ? to.applyAsInt(size) : one)
                                .toList());
            }
        }
        return smaller.with(attributes);
    }
}
