package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A call of an op whose operands chance would seldom make fit each other, for random programs.
 *
 * @param shapes of the operands, null for an optional one that is absent
 * @param attributes all attributes
 */
public record Sample(List<@Nullable Shape> shapes, Attributes attributes) {
    /**
     * Reads {@code "2x3x4 5x3 - | stride=2"}: the shape of every operand, {@code -} for None, then the attributes that have no
     * default or another value.
     *
     * @throws IllegalArgumentException if the op is not called so
     */
    static Sample parse(Op op, String text) {
        String[] halves = text.split("\\|", 2);
        List<@Nullable Shape> shapes = new ArrayList<>();
        StringBuilder call = new StringBuilder();
        for (String word : halves[0].strip().split(" +", -1)) {
            Parameter parameter = op.signature().operands().get(shapes.size());
            call.append(call.isEmpty() ? "" : ", ")
                    .append(parameter.name())
                    .append(word.equals("-") ? "=None" : "=t" + shapes.size());
            shapes.add(word.equals("-") ? null : shape(word));
        }
        String attributes = halves.length == 1 ? "" : ", " + halves[1].strip();
        Program program = Program.parse(List.of(
                "y = " + op.signature().function() + "(" + call + attributes + ")" + (op.hasResults() ? "[0]" : "")));
        return new Sample(shapes, ((Apply) program.statements().get(0).expr()).attributes());
    }

    private static Shape shape(String word) {
        return Shape.of(List.of(word.split("x", -1)).stream()
                .mapToInt(Integer::parseInt)
                .toArray());
    }
}
