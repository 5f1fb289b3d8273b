package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.tensor.Shape;

/**
 * Draws values for attributes, by the kinds of their parameters.
 *
 * @param draws what is drawn with
 * @param shape of the op's first operand
 */
record AttributeValues(Draws draws, Shape shape) {
    /** Any value of an attribute; it may not fit. */
    Object of(Op op, Parameter parameter) {
        return switch (parameter.kind()) {
            case NUMBER -> draws.number(parameter.required() || parameter.optional());
            case INT -> parameter.name().startsWith("dim") ? dim() : draws.below(6) - 2;
            case BOOL -> draws.chance(0.5);
            case TEXT -> draws.pick(op.texts(parameter));
            case INTS -> parameter.name().equals("dims") ? orderOrTimes(shape.rank()) : sizes();
            case DIMS -> draws.chance(0.6) ? (Object) dim() : some(shape.rank());
            case SIZES ->
                !parameter.choices().isEmpty() && draws.chance(0.2)
                        ? draws.pick(parameter.choices())
                        : draws.chance(0.3) ? smallSizes(shape.rank() - 1 - draws.below(2)) : (Object) smallSize();
            default -> throw new IllegalStateException(parameter.name() + ": calls with it are given as samples");
        };
    }

    /** From 0 to 3, seldom 0. */
    private Integer smallSize() {
        return draws.chance(0.15) ? 0 : 1 + draws.below(3);
    }

    private List<Integer> smallSizes(int count) {
        return Stream.generate(this::smallSize).limit(Math.max(count, 1)).toList();
    }

    /** The dimensions in any order, or how often each is repeated: {@code dims} are the one or the other. */
    private List<Integer> orderOrTimes(int rank) {
        return draws.chance(0.5) ? order(rank) : smallSizes(rank + draws.below(2));
    }

    /** The dimensions in any order. */
    private List<Integer> order(int rank) {
        List<Integer> order = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            order.add(draws.below(d + 1), d);
        }
        return order;
    }

    /** One dimension or several, in order. */
    private List<Integer> some(int rank) {
        List<Integer> some = new ArrayList<>();
        for (int d = 0; d < rank; d++) {
            if (draws.chance(0.7)) {
                some.add(d);
            }
        }
        return some.isEmpty() ? List.of(0) : some;
    }

    private Integer dim() {
        int rank = Math.max(shape.rank(), 1);
        return draws.below(2 * rank) - rank;
    }

    /** The end of the shape, or another shape with as many elements. */
    private List<Integer> sizes() {
        List<Integer> sizes = new ArrayList<>();
        switch (draws.below(7)) {
            case 5, 6 -> {
                for (int d = 0; d <= draws.below(4); d++) {
                    sizes.add(draws.chance(0.05) ? 0 : 1 + draws.below(3));
                }
            }
            case 0 -> sizes.add(shape.last());
            case 1 -> sizes.add(-1);
            case 2 -> sizes.addAll(List.of(shape.last(), shape.rows()));
            case 3 -> sizes.addAll(List.of(-1, 1));
            default -> {
                for (int dim : shape.dims()) {
                    sizes.add(dim);
                }
            }
        }
        return sizes;
    }
}
