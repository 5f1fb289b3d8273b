package org.gradtwin.op;

import java.util.Arrays;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.ShapeRule;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Rules for shapes, pieces of definitions and range checks that several ops share; gradients of scalars are {@code org.gradtwin.scalar.Rules}. */
final class Rules {
    /** The shape of the first operand. */
    static final ShapeRule FIRST = call -> call.shape(0);

    /** Where the first operand is NaN, as a mask in the language. */
    static final String NAN = "input != input";

    /** Puts operands together as Python writes a tuple. */
    static final Collector<CharSequence, ?, String> TUPLE = Collectors.joining(", ", "(", ",)");

    private Rules() {}

    /** Begins the description of a function of each element, which ATen calls by the same name. */
    static OpBuilder elementwise(String name) {
        return Op.of(name + "(input)").group(Group.ELEMENTWISE).shape(FIRST).twin("torch.ops.aten." + name + "(input)");
    }

    /** A number among the attributes as a program writes it, for a definition that assigns the attribute's name. */
    static String number(Call call, String attribute) {
        return new Expr.Number(call.attributes().number(attribute), false).toString();
    }

    /** Reduced dimensions go, or stay as 1 with keepdim. */
    static Shape reduced(Call call) {
        Shape shape = call.shape(0);
        int[] reduced = call.dims();
        boolean keep = call.attributes().flag("keepdim");
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(d -> keep || Arrays.binarySearch(reduced, d) < 0)
                .map(d -> Arrays.binarySearch(reduced, d) < 0 ? shape.dim(d) : 1)
                .toArray());
    }

    /** The same, and nothing that is reduced may be empty. */
    static Shape reducedNotEmpty(Call call) {
        for (int dim : call.dims()) {
            if (call.shape(0).dim(dim) == 0) {
                throw new IllegalArgumentException(
                        call.op().id() + " of " + call.shape(0) + ": dimension " + dim + " is empty");
            }
        }
        return reduced(call);
    }

    /** A reduced value, or its gradient, with the reduced dimensions kept as 1. */
    static String kept(Call call, String name) {
        Shape shape = call.shape(0);
        int[] reduced = call.dims();
        int[] dims = shape.dims();
        Arrays.stream(reduced).forEach(dim -> dims[dim] = 1);
        return "reshape(" + name + ", " + tuple(dims) + ")";
    }

    /** The gradient of the extreme element over dimensions: all that tie for it share evenly. */
    static String shared(Call call) {
        return """
                ties = where(input == %s, 1, 0)
                grad(input) = %s * ties / sum(ties, %s, keepdim=True)
                """.formatted(kept(call, "value"), kept(call, "grad"), tuple(call.dims()));
    }

    /** The extreme element over dimensions, the first of those that tie: one dimension after the other, from the last. */
    static String first(Call call, String function, String of) {
        int[] dims = call.dims();
        StringBuilder text = new StringBuilder("m = " + of + "\n");
        for (int i = dims.length - 1; i >= 0; i--) {
            text.append("m" + i + " = " + function + "(m" + (i == dims.length - 1 ? "" : i + 1) + ", " + dims[i]
                    + ", keepdim=True)[0]\n");
        }
        return text + "value = reshape(m" + (dims.length == 0 ? "" : 0) + ", " + reduced(call) + ")";
    }

    /** The extreme element over dimensions, which passes its whole gradient to all that tie for it. */
    static String toAll(Call call, String function) {
        return """
                f = detach(%s(input, dim, keepdim))
                ties = where(input == %s, 1, 0)
                value = f + sum(ties * (input - detach(input)), dim, keepdim)
                """.formatted(function, kept(call, "f"));
    }

    /** A shape that lacks a dimension. */
    static Shape without(Shape shape, int dim) {
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(d -> d != dim)
                .map(shape::dim)
                .toArray());
    }

    /** An attribute that is an integer, a tuple of them, or None, which is none of them. */
    static int[] integers(Call call, String key) {
        Object value = call.attributes().get(key);
        return value instanceof Integer single
                ? new int[] {single}
                : value == null ? new int[0] : call.attributes().integers(key);
    }

    /** A shape with another size along a dimension. */
    static Shape with(Shape shape, int dim, int size) {
        int[] dims = shape.dims();
        dims[dim] = size;
        return Shape.of(dims);
    }

    /**
     * Dimensions counted from 0; none of a number.
     *
     * @throws IllegalArgumentException if one is out of range or named twice
     */
    static int[] distinct(Shape shape, int... dims) {
        int[] counted = IntStream.of(dims).map(shape::dimension).toArray();
        if (IntStream.of(counted).distinct().count() < counted.length) {
            throw new IllegalArgumentException("dims " + tuple(dims) + " name a dimension of " + shape + " twice");
        }
        return shape.rank() == 0 ? new int[0] : counted;
    }

    /** The dimension of the first operand that {@code dim} names, counted from 0. */
    static int dim(Call call) {
        return call.shape(0).dimension(call.attributes().integer("dim"));
    }

    /** The shape of the first operand, in which the dimension must exist. */
    static Shape along(Call call) {
        dim(call);
        return call.shape(0);
    }

    /** The shape that input and target stretch to, or a number once reduced. */
    static Shape lossOfBoth(Call call) {
        Shape shape = call.broadcast(call.shape(0), call.shape(1));
        return call.attributes().text("reduction").equals("none") ? shape : Shape.SCALAR;
    }

    /** The last line of a loss: {@code value = } the loss of each element, or its mean, or its sum. */
    static String reduction(Call call, String loss) {
        String reduction = call.attributes().text("reduction");
        return "value = " + (reduction.equals("none") ? loss : reduction + "(" + loss + ")");
    }

    /** Whether a shape ends in all sizes of another one, of which there is at least one. */
    static boolean endsWith(Shape shape, Shape end) {
        int skip = shape.rank() - end.rank();
        return skip >= 0
                && end.rank() > 0
                && Arrays.equals(Arrays.copyOfRange(shape.dims(), skip, shape.rank()), end.dims());
    }

    /**
     * Statements that shift and scale elements to mean 0 and variance 1: {@code d * rsqrt(v + eps)} is what they become.
     */
    static String deviations(String of, String dims) {
        return """
                d = %s - mean(%s, dim=%s, keepdim=True)
                v = var(%s, dim=%s, correction=0, keepdim=True)
                """.formatted(of, of, dims, of, dims);
    }

    /** A vector with a number for each channel, dimension 1 of so many, in a shape that broadcasts. */
    static String byChannel(String vector, int rank) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        shape[1] = -1;
        return "reshape(" + vector + ", " + tuple(shape) + ")";
    }

    /** {@code * weight + bias} by channel, for those of two operands from {@code weight} on that are given. */
    static String affine(Call call, int weight, int rank) {
        return (call.has(weight) ? " * " + byChannel("weight", rank) : "")
                + (call.has(weight + 1) ? " + " + byChannel("bias", rank) : "");
    }

    /** The last so many dimensions as a tuple, counted from the end. */
    static String lastDims(int count) {
        return tuple(IntStream.rangeClosed(1, count).map(d -> -d).toArray());
    }

    /** Integers as Python writes a tuple. */
    static String tuple(int... items) {
        return Arrays.stream(items)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", items.length == 1 ? ",)" : ")"));
    }

    /** Refuses indices that are not from 0 to below a size, nor one of those that are ignored. */
    static void requireRange(Call call, @Nullable Tensor indices, int size, long... ignored) {
        for (long index : indices == null ? new long[0] : indices.toLongs()) {
            boolean inside = index >= 0 && index < size;
            if (!inside && Arrays.stream(ignored).noneMatch(other -> other == index)) {
                throw call.refused("index " + index + " is out of range: expected 0 to " + (size - 1));
            }
        }
    }
}
