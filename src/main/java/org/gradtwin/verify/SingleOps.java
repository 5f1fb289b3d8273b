package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.jspecify.annotations.Nullable;

/** A program with one op a line: what is nested gets names of its own. */
final class SingleOps {
    /** No name that a program may have. */
    private static final String PREFIX = "nested ";

    private final List<Statement> statements = new ArrayList<>();
    private final Map<String, Statement> written = new LinkedHashMap<>();
    /** Names that stand for a value that has another. */
    private final Map<String, String> same = new HashMap<>();

    /** Those of a program. What a gradient in it is made of is not seen: it is a value. */
    SingleOps(Program program) {
        for (Statement statement : program.statements()) {
            Expr expr = statement.expr() instanceof Apply apply
                    ? flat(apply, statement)
                    : operand(statement.expr(), statement);
            if (expr instanceof Name name) {
                same.put(statement.name(), name.name());
            }
            add(statement.name(), expr, statement);
        }
    }

    private void add(String name, Expr expr, Statement from) {
        statements.add(new Statement(from.line(), name, expr));
        written.put(name, from);
    }

    private Apply flat(Apply apply, Statement statement) {
        return apply.with(operand -> operand(operand, statement));
    }

    private Expr operand(Expr operand, Statement statement) {
        if (operand instanceof Name name) {
            return new Name(same.getOrDefault(name.name(), name.name()));
        }
        if (!(operand instanceof Apply apply)) {
            return operand;
        }
        Apply inner = flat(apply, statement);
        String name = PREFIX + statements.size();
        add(name, inner, statement);
        return new Name(name);
    }

    /** The task with this program. */
    Task of(Task task) {
        return new Task(Program.of(statements), task.inputs(), task.root(), task.cotangent());
    }

    /** The statements that apply an op. */
    List<Statement> applications() {
        return statements.stream()
                .filter(statement -> statement.expr() instanceof Apply)
                .toList();
    }

    /** What computes a name; null for an input. */
    @Nullable
    Apply definition(String name) {
        for (Statement statement : statements) {
            if (statement.name().equals(name) && statement.expr() instanceof Apply apply) {
                return apply;
            }
        }
        return null;
    }

    /** The line of the program that an application stands in. */
    Statement line(Statement application) {
        return written.getOrDefault(application.name(), application);
    }

    /** A name for a reader; what is nested has none. */
    String shown(String name) {
        Apply nested = name.startsWith(PREFIX) ? definition(name) : null;
        return nested == null ? name : nested.op().id() + "(…)";
    }

    /** The names in the order of the backward pass, inputs last. */
    List<String> backwards(Set<String> inputs) {
        List<String> names = new ArrayList<>();
        for (int i = statements.size() - 1; i >= 0; i--) {
            if (statements.get(i).expr() instanceof Apply) {
                names.add(statements.get(i).name());
            }
        }
        names.addAll(inputs);
        return names;
    }
}
