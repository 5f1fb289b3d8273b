package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
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
        Map<Parameter, String> given = new LinkedHashMap<>();
        String[] words = halves[0].strip().split(" +", -1);
        for (String word : words) {
            String name = word.equals("-") ? "None" : "t" + shapes.size();
            given.merge(
                    Objects.requireNonNull(op.signature().of(shapes.size(), words.length)),
                    name,
                    (a, b) -> a + ", " + b);
            shapes.add(word.equals("-") ? null : shape(word));
        }
        StringJoiner call = new StringJoiner(", ", op.signature().function() + "(", ")");
        given.forEach((parameter, names) ->
                call.add(parameter.name() + "=" + (parameter.kind().isTuple() ? "(" + names + ",)" : names)));
        if (halves.length == 2) {
            call.add(halves[1].strip());
        }
        Program program = Program.parse(List.of("y = " + call + (op.hasResults() ? "[0]" : "")));
        return new Sample(shapes, ((Apply) program.statements().get(0).expr()).attributes());
    }

    private static Shape shape(String word) {
        return Shape.of(List.of(word.split("x", -1)).stream()
                .mapToInt(Integer::parseInt)
                .toArray());
    }
}
