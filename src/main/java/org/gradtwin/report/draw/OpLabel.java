package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;

/** What an op juncture says: the op as it is written in a program, without its operands. */
final class OpLabel {
    private static final Name BLANK = new Name("");

    private OpLabel() {}

    /** For instance {@code +}, {@code * 2}, {@code ** 2}, {@code softmax(dim=1)}, {@code [0:2]}. */
    static String of(Apply apply) {
        List<@Nullable Expr> operands = apply.operands();
        Op op = apply.op();
        if (!op.isFunction()) {
            return printed(apply, 1);
        }
        String symbol = op.operator().orElse("");
        if (!symbol.isEmpty() && operands.size() == 1) {
            String rest = printed(apply, 1).substring(symbol.length());
            return rest.isEmpty() ? op.id() : symbol + " " + rest;
        }
        if (!symbol.isEmpty() && operands.size() == 2) {
            return number(operands.get(0), "", " ") + symbol + number(operands.get(1), " ", "");
        }
        // What is left of the operands is an empty tuple, then an empty list of arguments.
        return printed(apply, operands.size())
                .replaceAll("\\([, ]*\\)(, )?", "")
                .replaceAll("\\([, ]*\\)", "")
                .replaceAll("\\w+=(, |(?=\\)))", "");
    }

    /** Whether a number among the operands is part of the label. */
    static boolean holdsNumbers(Apply apply) {
        return apply.op().operator().isPresent() && apply.operands().size() == 2;
    }

    private static String number(@Nullable Expr operand, String before, String after) {
        return operand instanceof Number ? before + operand + after : "";
    }

    /** The expression with its first {@code blanks} operands left out. */
    private static String printed(Apply apply, int blanks) {
        List<@Nullable Expr> operands = new ArrayList<>(apply.operands());
        for (int i = 0; i < blanks; i++) {
            operands.set(i, operands.get(i) == null ? null : BLANK);
        }
        return new Apply(apply.op(), operands, apply.attributes(), apply.column()).toString();
    }
}
