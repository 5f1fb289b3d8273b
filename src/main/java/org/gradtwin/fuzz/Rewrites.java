package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Index;
import org.gradtwin.language.Parameter;
import org.jspecify.annotations.Nullable;

/** Expressions that are one step smaller than a given one. */
final class Rewrites {
    private Rewrites() {}

    /**
     * A smaller expression.
     *
     * @param expr the expression
     * @param cut the sub-expression in whose place the leaf stands, null if the leaf does not occur
     */
    record Rewrite(Expr expr, @Nullable Expr cut) {}

    /**
     * All expressions in which one application became one of its operands, a leaf, or a call with less.
     *
     * @param leaf a name that does not occur yet
     */
    static List<Rewrite> of(Expr expr, Name leaf) {
        List<Rewrite> result = new ArrayList<>();
        if (!(expr instanceof Apply apply)) {
            return result;
        }
        for (Expr operand : apply.operands()) {
            if (operand != null) {
                result.add(new Rewrite(operand, null));
            }
        }
        addSimplerCalls(apply, result);
        for (int i = 0; i < apply.operands().size(); i++) {
            Expr operand = apply.operands().get(i);
            if (operand instanceof Apply) {
                result.add(new Rewrite(replaced(apply, i, leaf), operand));
                for (Rewrite less : of(operand, leaf)) {
                    result.add(new Rewrite(replaced(apply, i, less.expr()), less.cut()));
                }
            }
        }
        return result;
    }

    /** The call without an optional operand, with the default of an attribute, or with a subscript of 0. */
    private static void addSimplerCalls(Apply apply, List<Rewrite> result) {
        List<Parameter> operands = apply.op().signature().operands();
        for (int i = 0; i < apply.operands().size() && i < operands.size(); i++) {
            if (apply.operands().get(i) != null && operands.get(i).optional()) {
                result.add(new Rewrite(replaced(apply, i, null), null));
            }
        }
        if (apply.op().isSubscript()) {
            List<Index.Item> items = apply.attributes().index().items();
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Index.At) {
                    List<Index.Item> first = new ArrayList<>(items);
                    first.set(i, new Index.At(0));
                    Attributes index = Attributes.of(new Index(first));
                    result.add(new Rewrite(apply.with(index), null));
                }
            }
        }
        for (Parameter parameter : apply.op().signature().attributes()) {
            if (!parameter.required()) {
                Attributes usual = apply.attributes().with(parameter.name(), parameter.defaultValue());
                result.add(new Rewrite(apply.with(usual), null));
            }
        }
    }

    /** The call with another of the words that it takes. */
    static List<Expr> otherWords(Expr expr) {
        List<Expr> result = new ArrayList<>();
        if (expr instanceof Apply apply) {
            for (Parameter parameter : apply.op().signature().attributes()) {
                if (parameter.kind() == Parameter.Kind.TEXT) {
                    Attributes now = apply.attributes();
                    parameter.choices().stream()
                            .filter(word -> !word.equals(now.get(parameter.name())))
                            .map(word -> apply.with(now.with(parameter.name(), word)))
                            .forEach(result::add);
                }
            }
        }
        return result;
    }

    private static Apply replaced(Apply apply, int position, @Nullable Expr operand) {
        List<@Nullable Expr> operands = new ArrayList<>(apply.operands());
        operands.set(position, operand);
        return new Apply(apply.op(), operands, apply.attributes(), apply.column());
    }
}
