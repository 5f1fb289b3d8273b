package org.gradtwin.language;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@code index.tsv}: a subscript of arange, which has its own positions for elements.
 *
 * @param apply the indexing
 * @param operands what is indexed, and the index tensors
 */
public record Subscript(Apply apply, List<Tensor> operands) {
    /** The table, as a resource. */
    public static final String TABLE = "/org/gradtwin/language/index.tsv";

    /**
     * What is picked, as the table writes it: shape and elements, or "refused".
     *
     * @param line for instance {@code x[T, 0]}
     * @param x for instance {@code x(2,3)}
     * @param given for instance {@code T(2,)[0,-1]}, null for no index tensor
     */
    public static String picked(String line, String x, @Nullable String given, Function<Subscript, Tensor> pick) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (String text : given == null ? new String[0] : given.split(" ")) {
            if (!text.isEmpty()) {
                int values = text.indexOf('[');
                long[] indices = numbers(text.substring(values))
                        .mapToLong(Long::parseLong)
                        .toArray();
                tensors.put(text.substring(0, 1), Tensor.indices(shape(text.substring(1, values)), indices));
            }
        }
        Shape shape = shape(x.substring(1));
        double[] positions = IntStream.range(0, shape.size()).asDoubleStream().toArray();
        tensors.put("x", Tensor.of(DType.FLOAT64, shape, positions));
        try {
            Apply apply =
                    (Apply) Program.parse("y = " + line).statements().get(0).expr();
            List<Tensor> operands = new ArrayList<>();
            for (Expr operand : apply.operands()) {
                operands.add(Objects.requireNonNull(tensors.get(String.valueOf(operand))));
            }
            Tensor result = pick.apply(new Subscript(apply, operands));
            return result.shape() + " "
                    + DoubleStream.of(result.toDoubles())
                            .mapToLong(position -> (long) position)
                            .boxed()
                            .toList();
        } catch (IllegalArgumentException e) {
            return "refused";
        }
    }

    private static Shape shape(String text) {
        return Shape.of(numbers(text).mapToInt(Integer::parseInt).toArray());
    }

    private static Stream<String> numbers(String text) {
        return Stream.of(text.substring(1, text.length() - 1).split(",")).filter(n -> !n.isEmpty());
    }
}
