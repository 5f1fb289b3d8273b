package org.gradtwin.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand as an argument of a call: an expression, a tuple, or one of True, False, None and strings. */
sealed interface Term {
    /** A tensor or a number. */
    record Value(Expr expr) implements Term {}

    /** A tuple in parentheses. */
    record Tuple(List<Term> items) implements Term {}

    /** {@link Boolean}, {@link String}, or null for None. */
    record Constant(@Nullable Object value) implements Term {}

    /** What an attribute's value is as an argument. */
    static Term of(@Nullable Object value) {
        if (value instanceof Number number) {
            return new Value(new Expr.Number(number.doubleValue(), number instanceof Integer));
        }
        return value instanceof List<?> items
                ? new Tuple(items.stream().map(Term::of).toList())
                : new Constant(value);
    }

    /** How an error names this term. */
    default String described() {
        if (this instanceof Value value) {
            return value.expr() instanceof Expr.Number number ? number.toString() : "a tensor";
        }
        if (this instanceof Constant constant) {
            Object value = constant.value();
            return value == null ? "None" : value instanceof Boolean b ? (b ? "True" : "False") : "'" + value + "'";
        }
        return "a tuple";
    }
}
