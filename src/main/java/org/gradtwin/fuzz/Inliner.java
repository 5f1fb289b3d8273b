package org.gradtwin.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.jspecify.annotations.Nullable;

/** Writes the expression of a name in the name's place, so that programs are nested and not one op a line. */
final class Inliner {
    private Inliner() {}

    /**
     * The same program with some names written out where they are used.
     *
     * @param statements expressions by name, in order
     * @param keep the root, which keeps its name
     */
    static Map<String, Expr> inline(Map<String, Expr> statements, String keep, Draws draws) {
        Map<String, Expr> result = new LinkedHashMap<>(statements);
        for (String name : statements.keySet()) {
            int uses =
                    result.values().stream().mapToInt(expr -> uses(expr, name)).sum();
            Expr expr = result.get(name);
            if (expr != null && uses == 1 && !name.equals(keep) && draws.chance(0.5)) {
                result.remove(name);
                result.replaceAll((user, body) -> substitute(body, name, expr));
            }
        }
        return result;
    }

    static int uses(@Nullable Expr expr, String name) {
        if (expr instanceof Name found) {
            return found.name().equals(name) ? 1 : 0;
        }
        return expr instanceof Apply apply
                ? apply.operands().stream()
                        .mapToInt(operand -> uses(operand, name))
                        .sum()
                : 0;
    }

    static Expr substitute(Expr expr, String name, Expr by) {
        if (expr instanceof Name found) {
            return found.name().equals(name) ? by : expr;
        }
        if (!(expr instanceof Apply apply)) {
            return expr;
        }
        return apply.with(operand -> substitute(operand, name, by));
    }
}
