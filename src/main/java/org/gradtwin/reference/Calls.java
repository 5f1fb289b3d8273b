package org.gradtwin.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.fixture.write.CanonicalJson.Real;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * Expressions as calls of PyTorch's functions and Python's operators, as somebody who writes Python would call them: what has its
 * default is left out, unless something behind it is given: {@code sum(x, keepdim=True)} is refused, with {@code dim=None} it is not. {@code reference-scripts/gradtwin_reference/program.py} makes the calls.
 */
final class Calls {
    private Calls() {}

    /** The tree of an expression. */
    static @Nullable Object tree(@Nullable Expr expr) {
        if (expr instanceof Expr.Number number) {
            return number.integer() ? (Object) (long) number.value() : number(number.value());
        }
        if (expr instanceof Expr.Name name) {
            return Map.of("name", name.name());
        }
        if (expr instanceof Expr.Grad grad) {
            return Map.of("grad", List.of(grad.of().name(), grad.by().name()));
        }
        if (!(expr instanceof Expr.Apply apply)) {
            return null;
        }
        String operator = apply.op().operator().orElse("");
        if (operator.equals("[]")) {
            List<@Nullable Object> items = new ArrayList<>();
            for (Index.Item item : apply.attributes().index().items()) {
                items.add(item(item, apply));
            }
            return call(operator, new ArrayList<>(List.of(operand(apply, 0), items)), Map.of());
        }
        List<@Nullable Object> args = new ArrayList<>();
        Map<String, @Nullable Object> kwargs = new LinkedHashMap<>();
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        int operand = 0;
        boolean inOrder = true;
        for (Parameter parameter : apply.op().signature().parameters()) {
            Object value;
            boolean given;
            if (parameter.kind().isTuple()) {
                int others = apply.op().signature().operands().size() - 1;
                int end = operand + apply.operands().size() - others;
                value = apply.operands().subList(operand, end).stream()
                        .map(Calls::tree)
                        .toList();
                operand = end;
                given = true;
            } else if (parameter.kind().isOperand()) {
                value = tree(apply.operands().get(operand++));
                // Some of PyTorch's functions ask for a tensor that may be None.
                given = true;
            } else {
                Object attribute = apply.attributes().get(parameter.name());
                value = attribute(attribute);
                given = parameter.required() || !Objects.equals(attribute, parameter.defaultValue());
            }
            // Behind what is left out only keywords reach.
            inOrder &= parameter.required() && !parameter.keywordOnly();
            if (inOrder) {
                args.add(value);
            } else if (given) {
                kwargs.putAll(defaults);
                defaults.clear();
                kwargs.put(parameter.name(), value);
            } else {
                defaults.put(parameter.name(), value);
            }
        }
        boolean written = !operator.isEmpty() && kwargs.isEmpty();
        Object result = call(written ? operator : function(apply.op()), args, kwargs);
        return apply.op().hasResults()
                ? call("[]", List.of(result, (long) apply.op().result(apply.attributes())), Map.of())
                : result;
    }

    /** What is a method alone has the name of its class before it: torch.nn.functional may have a function of that name. */
    private static String function(Op op) {
        return (op.isMethod() ? "Tensor." : "") + op.signature().function();
    }

    private static Object operand(Expr.Apply apply, int number) {
        return Objects.requireNonNull(tree(apply.operands().get(number)));
    }

    private static @Nullable Object item(Index.Item item, Expr.Apply apply) {
        if (item instanceof Index.Slice slice) {
            List<@Nullable Object> ends = new ArrayList<>();
            ends.add(attribute(slice.start()));
            ends.add(attribute(slice.stop()));
            ends.add(attribute(slice.step()));
            return Map.of("slice", ends);
        }
        if (item instanceof Index.Gather gather) {
            return operand(apply, gather.operand());
        }
        if (item instanceof Index.At at) {
            return (long) at.position();
        }
        return item instanceof Index.Ellipsis ? Map.of("ellipsis", true) : null;
    }

    private static @Nullable Object attribute(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return list.stream().map(Calls::attribute).toList();
        }
        if (value instanceof Integer integer) {
            return integer.longValue();
        }
        return value instanceof Double real ? number(real) : value;
    }

    /** JSON has no infinities. */
    private static Object number(double value) {
        if (Double.isFinite(value)) {
            return new Real(value, DType.FLOAT64);
        }
        return Map.of("float", String.valueOf(value).toLowerCase(Locale.ROOT));
    }

    private static Object call(String function, List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
        return Jobs.tree("call", function, "args", args, "kwargs", kwargs);
    }
}
