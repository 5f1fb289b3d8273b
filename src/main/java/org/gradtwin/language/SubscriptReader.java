package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Lexer.Token;
import org.jspecify.annotations.Nullable;

/** Reads subscripts: integers, slices, {@code None}, {@code ...}, lists of integers and tensors of indices. */
final class SubscriptReader {
    private final Tokens tokens;
    private final CallReader calls;
    private final Supplier<Term> expression;

    /**
     * A reader of the subscripts of one statement.
     *
     * @param expression reads an item that is an expression
     */
    SubscriptReader(Tokens tokens, CallReader calls, Supplier<Term> expression) {
        this.tokens = tokens;
        this.calls = calls;
        this.expression = expression;
    }

    /**
     * What a subscript takes of a tensor, or of the results of a function.
     *
     * @param open its bracket, behind which reading begins
     * @param first where what it follows begins
     */
    Term of(Token open, Term term, Token first) {
        tokens.open(open);
        List<Expr> operands = new ArrayList<>();
        if (term instanceof Term.Several several) {
            Token number = tokens.peek();
            int position = position(index(operands), number);
            return new Term.Value(tokens.at(number, () -> several.pick(position)));
        }
        operands.add(tokens.at(first, term::tensor));
        Index index = index(operands);
        return calls.apply(open, Ops.byOperator("[]", 1), operands, Attributes.of(index));
    }

    private int position(Index index, Token at) {
        if (index.items().size() == 1 && index.items().get(0) instanceof Index.At only) {
            return only.position();
        }
        throw tokens.error(at, "the results are taken one by one, as in [0]");
    }

    private Index index(List<Expr> operands) {
        List<Index.Item> items = new ArrayList<>();
        do {
            items.add(item(operands));
        } while (tokens.takeIf(",") && !tokens.peek().is("]"));
        tokens.close("]");
        return new Index(items);
    }

    /** One item of a subscript; an index tensor is added to the operands. */
    private Index.Item item(List<Expr> operands) {
        Token first = tokens.peek();
        if (first.is(":")) {
            return slice(null);
        }
        if (tokens.takeIf("...")) {
            return new Index.Ellipsis();
        }
        if (tokens.takeIf("None")) {
            return new Index.NewAxis();
        }
        Term term = expression.get();
        Expr expr =
                term instanceof Term.Tuple list && first.is("[") ? listed(list, first) : tokens.at(first, term::expr);
        if (expr instanceof Number number) {
            int start = integer(number, first);
            return tokens.peek().is(":") ? slice(start) : new Index.At(start);
        }
        if (tokens.peek().is(":")) {
            throw tokens.error(first, "a slice takes integers");
        }
        operands.add(expr);
        return new Index.Gather(operands.size() - 1);
    }

    /** A list of integers is the tensor of them. */
    private Expr listed(Term.Tuple list, Token at) {
        if (list.items().stream().anyMatch(item -> item instanceof Term.Constant)) {
            throw tokens.error(at, "a list of truth values is no index: write the places of those that are True");
        }
        return tokens.at(
                at,
                () -> calls.call(new Token(Lexer.Kind.NAME, "tensor", at.column()), List.of(list), Map.of(), false)
                        .expr());
    }

    private Index.Slice slice(@Nullable Integer start) {
        tokens.expect(":");
        Integer stop = sliceEnd();
        Integer step = null;
        if (tokens.takeIf(":")) {
            Token at = tokens.peek();
            step = sliceEnd();
            if (step != null && step <= 0) {
                throw tokens.error(at, "the step of a slice must be positive, not " + step);
            }
        }
        return new Index.Slice(start, stop, step);
    }

    private @Nullable Integer sliceEnd() {
        Token first = tokens.peek();
        if (first.is(":") || first.is(",") || first.is("]")) {
            return null;
        }
        if (tokens.at(first, expression.get()::expr) instanceof Number number) {
            return integer(number, first);
        }
        throw tokens.error(first, "a slice takes integers");
    }

    private int integer(Number number, Token at) {
        if (!number.integer() || Math.abs(number.value()) > Integer.MAX_VALUE) {
            throw tokens.error(at, "expected an integer, found " + number);
        }
        return (int) number.value();
    }
}
