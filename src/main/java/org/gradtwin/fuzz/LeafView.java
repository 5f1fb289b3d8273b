package org.gradtwin.fuzz;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * An operand as a view of a leaf.
 *
 * @param leaf what the view is taken of
 * @param view the operand
 * @param value what the operand is
 */
record LeafView(Tensor leaf, Expr view, Tensor value) {
    /** A leaf itself. */
    static LeafView none(String name, Tensor value) {
        return new LeafView(value, new Expr.Name(name), value);
    }

    /** A value as a leaf of that name, or as a view of one that is transposed, strided, cut off or expanded. */
    static LeafView of(String name, Tensor value, Draws draws) {
        Shape shape = value.shape();
        int rank = shape.rank();
        return switch (rank == 0 ? 0 : draws.below(8)) {
            case 1 -> rank < 2 ? strided(name, value, draws) : transposed(name, value, draws);
            case 2 -> strided(name, value, draws);
            case 3 -> cut(name, value, draws);
            case 4 -> expanded(name, value, draws);
            default -> none(name, value);
        };
    }

    private static LeafView transposed(String name, Tensor value, Draws draws) {
        int rank = value.shape().rank();
        int[] dims = value.shape().dims();
        dims[rank - 1] = value.shape().dim(rank - 2);
        dims[rank - 2] = value.shape().dim(rank - 1);
        Shape turned = Shape.of(dims);
        int[] steps = value.shape().strides();
        int last = steps[rank - 1];
        steps[rank - 1] = steps[rank - 2];
        steps[rank - 2] = last;
        String view = rank == 2 && draws.chance(0.5) ? name + ".T" : "transpose(" + name + ", -2, -1)";
        return new LeafView(value.pick(turned, 0, turned.walk(steps)), view(view), value);
    }

    /** Every second element along the last dimension. */
    private static LeafView strided(String name, Tensor value, Draws draws) {
        int[] dims = value.shape().dims();
        dims[dims.length - 1] *= 2;
        return within(name, value, Shape.of(dims), i -> i % 2 == 0 ? i / 2 : -1, "..., ::2", draws);
    }

    /** All but the first along the first dimension. */
    private static LeafView cut(String name, Tensor value, Draws draws) {
        int[] dims = value.shape().dims();
        dims[0]++;
        Shape shape = Shape.of(dims);
        int before = shape.size() - value.size();
        return within(name, value, shape, i -> i < before ? -1 : i - before, "1:", draws);
    }

    private static LeafView within(
            String name, Tensor value, Shape shape, IntUnaryOperator source, String subscript, Draws draws) {
        double[] elements = draws.values(shape).toDoubles();
        for (int i = 0; i < elements.length; i++) {
            int from = source.applyAsInt(i);
            elements[i] = from < 0 ? elements[i] : value.get(from);
        }
        return new LeafView(Tensor.of(value.dtype(), shape, elements), view(name + "[" + subscript + "]"), value);
    }

    /** The first along a dimension in the place of all. */
    private static LeafView expanded(String name, Tensor value, Draws draws) {
        Shape shape = value.shape();
        int dim = draws.below(shape.rank());
        if (shape.dim(dim) == 0) {
            return none(name, value);
        }
        int[] dims = shape.dims();
        dims[dim] = 1;
        Shape one = Shape.of(dims);
        String sizes = Arrays.stream(shape.dims()).mapToObj(size -> size + ",").collect(Collectors.joining(" "));
        int[] steps = shape.strides();
        Tensor leaf = value.pick(one, 0, one.walk(steps));
        steps[dim] = 0;
        return new LeafView(
                leaf, view("broadcast_to(" + name + ", (" + sizes + "))"), value.pick(shape, 0, shape.walk(steps)));
    }

    private static Expr view(String text) {
        return Program.expression(text);
    }
}
