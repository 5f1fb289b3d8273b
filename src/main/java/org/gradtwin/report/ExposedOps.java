package org.gradtwin.report;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.gradtwin.engine.Quantity;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.jspecify.annotations.Nullable;

/** The ops whose faults a quantity of a program would show. */
final class ExposedOps {
    private final String root;
    private final Map<String, Set<Op>> ops = new LinkedHashMap<>();
    /** Each statement with itself and every name that it is computed from. */
    private final Map<String, Set<String>> sources = new LinkedHashMap<>();
    /** What was asked: each engine and type asks the same. */
    private final Map<Quantity, Set<Op>> reached = new HashMap<>();

    ExposedOps(Program program, String root) {
        this.root = root;
        for (Statement statement : program.statements()) {
            Set<Op> own = new LinkedHashSet<>();
            Set<String> from = new HashSet<>();
            collect(statement.expr(), own, from);
            from.add(statement.name());
            ops.put(statement.name(), own);
            sources.put(statement.name(), from);
        }
    }

    private void collect(@Nullable Expr expr, Set<Op> own, Set<String> from) {
        if (expr instanceof Name name) {
            from.add(name.name());
            from.addAll(sources.getOrDefault(name.name(), Set.of()));
        } else if (expr instanceof Apply apply) {
            own.add(apply.op());
            apply.operands().forEach(operand -> collect(operand, own, from));
        }
    }

    /**
     * The ops that a value is computed by; or those between a name and the root, whose derivatives make its gradient.
     */
    Set<Op> of(Quantity quantity) {
        return reached.computeIfAbsent(quantity, this::reach);
    }

    private Set<Op> reach(Quantity quantity) {
        String name = quantity.name();
        boolean value = quantity.kind() == Quantity.Kind.VALUE;
        Set<String> upstream = sources.getOrDefault(value ? name : root, Set.of());
        Set<Op> between = new LinkedHashSet<>();
        ops.forEach((statement, own) -> {
            boolean inside = value
                    || (!statement.equals(name)
                            && sources.getOrDefault(statement, Set.of()).contains(name));
            if (upstream.contains(statement) && inside) {
                between.addAll(own);
            }
        });
        return between;
    }
}
