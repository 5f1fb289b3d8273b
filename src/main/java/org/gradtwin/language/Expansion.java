package org.gradtwin.language;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A program with the definitions of its ops in their place, one op a statement: the same values and gradients by other formulas. An op
 * stays that has a gradient of its own, which is not the derivative of its definition, and so does one that moves elements.
 */
public final class Expansion {
    private final Map<String, Type> types;
    private final List<Statement> statements = new ArrayList<>();
    private final DType floating;
    private int line;
    private int fresh;
    private boolean expanded;

    private Expansion(Map<String, Type> inputs, DType floating) {
        this.types = new HashMap<>(inputs);
        this.floating = floating;
    }

    /**
     * The expanded program; empty if it has no op that has a definition. What it has in between is named as no program names it: #0, #1 and so on.
     *
     * @param inputs types of the inputs
     * @param floating the floating type of the program
     */
    public static Optional<Program> of(Program program, Map<String, Type> inputs, DType floating) {
        Expansion expansion = new Expansion(inputs, floating);
        for (Statement statement : program.statements()) {
            expansion.add(statement);
        }
        return expansion.expanded ? Optional.of(Program.of(expansion.statements)) : Optional.empty();
    }

    private void add(Statement statement) {
        line = statement.line();
        Expr value = statement.expr() instanceof Expr.Grad ? statement.expr() : value(statement.expr(), Map.of());
        Type type = value instanceof Expr.Grad grad ? types.get(grad.by().name()) : type(value);
        types.put(statement.name(), Objects.requireNonNull(type));
        statements.add(new Statement(line, statement.name(), value));
    }

    /** A name or a number of that value; {@code given} are the operands of the definition that it stands in. */
    private Expr value(Expr expr, Map<String, Expr> given) {
        if (expr instanceof Number number) {
            // In the language 1 beside a mask is as much a floating-point number as 1.0.
            return new Number(number.value(), false);
        }
        if (!(expr instanceof Apply apply)) {
            return expr instanceof Name name ? given.getOrDefault(name.name(), name) : expr;
        }
        Apply call = apply.with(operand -> value(operand, given));
        List<@Nullable Type> operands = new ArrayList<>();
        call.operands().forEach(operand -> operands.add(operand == null ? null : type(operand)));
        Call typed = new Call(call.op(), operands, call.attributes());
        if (isExpanded(typed)) {
            expanded = true;
            return byDefinition(typed, call.operands());
        }
        Name name = new Name("#" + fresh++);
        types.put(name.name(), call.op().type(operands, call.attributes(), floating));
        statements.add(new Statement(line, name.name(), call));
        return name;
    }

    private static boolean isExpanded(Call call) {
        Op op = call.op();
        return op.hasDefinition()
                && !op.isSelection()
                && !op.isAddition()
                && op.gradient(call).isEmpty();
    }

    private Expr byDefinition(Call call, List<@Nullable Expr> operands) {
        Map<String, Expr> given = call.named(operands);
        Expr last = null;
        for (Statement statement : call.op().definition(call).statements()) {
            last = value(statement.expr(), given);
            given.put(statement.name(), last);
        }
        return Objects.requireNonNull(last);
    }

    private Type type(Expr expr) {
        return expr instanceof Name name
                ? Objects.requireNonNull(types.get(name.name()))
                : new Type(floating, Shape.SCALAR, false);
    }
}
