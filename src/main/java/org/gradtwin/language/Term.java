package org.gradtwin.language;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What may stand as an argument of a call: an expression, a tuple, or one of True, False, None and strings. */
sealed interface Term {
    /** A tensor or a number. */
    record Value(Expr expr) implements Term {}

    /** A tuple in parentheses. */
    record Tuple(List<Term> items) implements Term {}

    /**
     * The results of a function that gives several.
     *
     * @param function which
     * @param results each of them; the first alone where they differ by their number only
     */
    record Several(String function, List<Expr.Apply> results) implements Term {
        /**
         * One of them.
         *
         * @throws IllegalArgumentException if there are fewer
         */
        Expr.Apply pick(int number) {
            Expr.Apply first = results.get(0);
            if (first.op().hasNumberedResults()) {
                return first.withResult(number);
            }
            int place = number < 0 ? number + results.size() : number;
            if (place < 0 || place >= results.size()) {
                throw new IllegalArgumentException(
                        function + " gives " + results.size() + " results, there is no number " + number);
            }
            return results.get(place);
        }

        /** How to take one of them. */
        String hint() {
            return function + " gives several results: write a, b = " + function + "(…), or " + function
                    + "(…)[0] for the first";
        }
    }

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

    /**
     * A tensor or a number.
     *
     * @throws IllegalArgumentException if it is neither
     */
    default Expr expr() {
        throw new IllegalArgumentException(
                this instanceof Several several
                        ? several.hint()
                        : described() + " cannot stand here: expected a tensor or a number");
    }

    /**
     * A tensor.
     *
     * @throws IllegalArgumentException if it is none
     */
    default Expr tensor() {
        Expr expr = expr();
        if (expr instanceof Expr.Number) {
            throw new IllegalArgumentException("the number " + expr + " is not a tensor");
        }
        return expr;
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
        return this instanceof Several several ? "the results of " + several.function() : "a tuple";
    }
}
