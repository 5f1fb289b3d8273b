package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.tensor.Decimals;
import org.jspecify.annotations.Nullable;

/** Prints expressions with as few parentheses as Python needs to read them back the same. */
final class Printer {
    private static final int COMPARISON = 1;
    private static final int SUM = 2;
    private static final int TERM = 3;
    private static final int UNARY = 4;
    private static final int POWER = 5;
    private static final int POSTFIX = 6;

    private Printer() {}

    /** The expression as text. */
    static String print(Expr expr) {
        return print(expr, COMPARISON);
    }

    /** The number as Python prints it. */
    static String number(Number number) {
        if (number.integer()) {
            return Long.toString((long) number.value());
        }
        return literal(number.value());
    }

    private static String print(@Nullable Expr expr, int level) {
        if (expr instanceof Number number) {
            boolean negative = number.value() < 0 || 1 / number.value() < 0;
            return parenthesize(number(number), negative && level > UNARY);
        }
        if (!(expr instanceof Apply apply)) {
            return String.valueOf(expr);
        }
        List<@Nullable Expr> in = apply.operands();
        String operator = apply.op().operator().orElse("");
        return switch (operator) {
            case "" -> call(apply) + (apply.op().hasResults() ? "[" + apply.op().result(apply.attributes()) + "]" : "");
            case "+" -> binary(" + ", in, SUM, level);
            case "-" ->
                in.size() == 1
                        ? parenthesize("-" + print(in.get(0), UNARY), level > UNARY)
                        : binary(" - ", in, SUM, level);
            case "*", "/" -> binary(operator, in, TERM, level);
            case "@" -> binary(" @ ", in, TERM, level);
            case "**" -> parenthesize(print(in.get(0), POSTFIX) + "**" + exponent(apply), level > POWER);
            case "[]" -> print(in.get(0), POSTFIX) + "[" + subscript(apply) + "]";
            default ->
                operator.startsWith(".")
                        ? print(in.get(0), POSTFIX) + operator
                        // A comparison within another one would be a chain to Python.
                        : parenthesize(
                                print(in.get(0), SUM) + " " + operator + " " + print(in.get(1), SUM),
                                level > COMPARISON);
        };
    }

    private static String exponent(Apply power) {
        return power.operands().size() == 2
                ? print(power.operands().get(1), UNARY)
                : exponent(power.attributes().number("exponent"));
    }

    private static String exponent(double value) {
        boolean integer = value == Math.rint(value) && Math.abs(value) < 1e15 && (value != 0 || 1 / value > 0);
        return number(new Number(value, integer));
    }

    private static String binary(String operator, List<@Nullable Expr> in, int own, int level) {
        return parenthesize(print(in.get(0), own) + operator + print(in.get(1), own + 1), level > own);
    }

    private static String parenthesize(String text, boolean needed) {
        return needed ? "(" + text + ")" : text;
    }

    private static String subscript(Apply apply) {
        List<String> items = new ArrayList<>();
        for (Index.Item item : apply.attributes().index().items()) {
            if (item instanceof Index.At at) {
                items.add(Integer.toString(at.position()));
            } else if (item instanceof Index.NewAxis) {
                items.add("None");
            } else if (item instanceof Index.Ellipsis) {
                items.add("...");
            } else if (item instanceof Index.Gather gather) {
                items.add(listed(apply.operands().get(gather.operand())));
            } else if (item instanceof Index.Slice slice) {
                items.add(text(slice.start()) + ":" + text(slice.stop())
                        + (slice.step() == null ? "" : ":" + slice.step()));
            }
        }
        return String.join(", ", items);
    }

    /** An index tensor, of which a list of integers needs no name. */
    private static String listed(@Nullable Expr index) {
        return index instanceof Apply apply
                        && apply.operands().isEmpty()
                        && apply.attributes().has("data")
                ? String.valueOf(apply.attributes().get("data"))
                : print(index, COMPARISON);
    }

    private static String text(@Nullable Integer bound) {
        return bound == null ? "" : bound.toString();
    }

    /** The call without the number of its result. */
    static String call(Apply apply) {
        Signature signature = apply.op().signature();
        List<String> arguments = new ArrayList<>();
        Iterator<@Nullable Expr> operands = apply.operands().iterator();
        boolean byPosition = true;
        // PyTorch takes keepdim only together with dim in some of its reductions.
        boolean keepsDim =
                apply.attributes().has("keepdim") && apply.attributes().flag("keepdim");
        for (Parameter parameter : signature.parameters()) {
            String text;
            if (parameter.kind().isTuple()) {
                List<String> items = new ArrayList<>();
                for (int i = signature.operands().size() - 1;
                        i < apply.operands().size();
                        i++) {
                    items.add(print(operands.next(), COMPARISON));
                }
                text = "(" + String.join(", ", items) + (items.size() == 1 ? ",)" : ")");
            } else if (parameter.kind().isOperand()) {
                Expr operand = operands.next();
                text = operand == null ? "" : print(operand, COMPARISON);
            } else {
                Object value = apply.attributes().get(parameter.name());
                boolean isDefault = !parameter.required() && Objects.equals(value, parameter.defaultValue());
                text = isDefault && !(keepsDim && parameter.name().equals("dim")) ? "" : literal(value);
            }
            byPosition &= parameter.required();
            if (!text.isEmpty()) {
                byPosition &= parameter.kind().isOperand();
                arguments.add(byPosition ? text : parameter.name() + "=" + text);
            }
        }
        String receiver = apply.op().isMethod() ? print(apply.operands().get(0), POSTFIX) + "." : "";
        List<String> others = apply.op().isMethod() ? arguments.subList(1, arguments.size()) : arguments;
        return receiver + signature.function() + "(" + String.join(", ", others) + ")";
    }

    private static String literal(@Nullable Object value) {
        if (value instanceof Boolean flag) {
            return flag ? "True" : "False";
        }
        if (value instanceof String text) {
            return "'" + text + "'";
        }
        if (value instanceof Double number) {
            return Double.isInfinite(number) || Double.isNaN(number)
                    ? "float('" + (Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf") + "')"
                    : Decimals.shortest(number);
        }
        if (value instanceof List<?> items) {
            return items.stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", "(", items.size() == 1 ? ",)" : ")"));
        }
        return value == null ? "None" : value.toString();
    }
}
