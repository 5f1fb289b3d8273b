package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an op is called: PyTorch's function name and parameters, written as in
 * {@code sum(input, dim: dims = None, keepdim: bool = False)}. A parameter without a kind is a tensor; those after
 * {@code *} are given by keyword only.
 *
 * @param function PyTorch's name
 * @param parameters in PyTorch's order
 * @param operands those that take tensors
 * @param attributes those that take numbers, booleans, strings or tuples of integers
 */
public record Signature(
        String function, List<Parameter> parameters, List<Parameter> operands, List<Parameter> attributes) {
    static Signature parse(String text) {
        int open = text.indexOf('(');
        String inside = text.substring(open + 1, text.length() - 1);
        List<Parameter> parameters = new ArrayList<>();
        boolean keywordOnly = false;
        for (String part : inside.split(",\\s*", -1)) {
            if (part.equals("*")) {
                keywordOnly = true;
            } else {
                parameters.add(Parameter.parse(part, keywordOnly));
            }
        }
        return new Signature(
                text.substring(0, open),
                List.copyOf(parameters),
                parameters.stream().filter(p -> p.kind().isOperand()).toList(),
                parameters.stream().filter(p -> !p.kind().isOperand()).toList());
    }

    /**
     * The parameter that an operand is for, by its place among so many: a tuple takes as many as the others leave.
     *
     * @return null for an index tensor of a subscript, which has none
     */
    public @Nullable Parameter of(int operand, int count) {
        for (Parameter parameter : operands) {
            int many = parameter.kind().isTuple() ? count - operands.size() + 1 : 1;
            if (operand < many) {
                return parameter;
            }
            operand -= many;
        }
        return null;
    }

    /** The attributes with their defaults; those without one are missing. */
    public Attributes defaults() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Parameter parameter : attributes) {
            if (!parameter.required()) {
                values.put(parameter.name(), parameter.defaultValue());
            }
        }
        return new Attributes(values);
    }
}
