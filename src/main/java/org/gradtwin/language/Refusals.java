package org.gradtwin.language;

import java.util.Collection;
import java.util.Map;

/** What to write in the place of what PyTorch and Python have, but programs have not. */
final class Refusals {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("if", "no 'if': write where(condition, a, b)"),
            Map.entry("else", "no 'else': write where(condition, a, b)"),
            Map.entry("for", "no loops: write each step on a line of its own, or an op over a dimension"),
            Map.entry("while", "no loops: write each step on a line of its own"),
            Map.entry("and", "no 'and': write logical_and(a, b), or a & b in parentheses"),
            Map.entry("or", "no 'or': write logical_or(a, b), or a | b in parentheses"),
            Map.entry("not", "no 'not': write logical_not(a), or ~a"),
            Map.entry("lambda", "no functions: write the formula where it is used"),
            Map.entry("def", "no functions: write the formula where it is used"),
            Map.entry("return", "no 'return': the fixture says which value 'backward' begins with"),
            Map.entry("import", "no imports: torch, F and math are there"),
            Map.entry("from", "no imports: torch, F and math are there"),
            Map.entry("with", "no 'with': write x.detach() in the place of torch.no_grad()"),
            Map.entry("assert", "no 'assert': the recorded numbers are the check"),
            Map.entry("del", "no 'del': a value that nothing reads is not in the way"),
            Map.entry("class", "no classes: weights are inputs"),
            Map.entry("is", "no 'is': write a == b"),
            Map.entry("in", "no 'in': write the comparisons"));

    private static final Map<String, String> ATTRIBUTES = Map.ofEntries(
            Map.entry("shape", "sizes are known when the program is written: write the number"),
            Map.entry("data", "write x.detach()"),
            Map.entry("grad", "the gradient is given by g = grad(y, x)"),
            Map.entry("ndim", "the rank is known when the program is written: write the number"),
            Map.entry("dtype", "a program runs in the types that its fixture names"),
            Map.entry("device", "a program runs on the processor"),
            Map.entry("H", "write .mT"),
            Map.entry("mH", "write .mT"),
            Map.entry("requires_grad", "an input says \"requires_grad\" in the fixture"));

    private static final Map<String, String> FUNCTIONS = Map.ofEntries(
            Map.entry("size", "sizes are known when the program is written: write the number"),
            Map.entry("item", "use the value as it is: it is a tensor of one element"),
            Map.entry("numel", "sizes are known when the program is written: write the number"),
            Map.entry("nelement", "sizes are known when the program is written: write the number"),
            Map.entry("type_as", "leave it out, or write where(mask, 1.0, 0.0) of a mask"),
            Map.entry("one_hot", "give it as an input"),
            Map.entry("dropout", "give the mask as an input: x * mask / (1 - p)"),
            Map.entry("numpy", "leave it out: the value is compared as it is"),
            Map.entry("tolist", "leave it out: the value is compared as it is"),
            Map.entry("to", "leave it out: a program runs in the types that its fixture names"),
            Map.entry("float", "leave it out, or write where(mask, 1.0, 0.0) of a mask"),
            Map.entry("double", "leave it out: a program runs in the types that its fixture names"),
            Map.entry("long", "indices are int64 inputs"),
            Map.entry("cuda", "leave it out: a program runs on the processor"),
            Map.entry("cpu", "leave it out: a program runs on the processor"),
            Map.entry("grad", "it stands alone: give it a line of its own, g = grad(y, x), and go on with g"),
            Map.entry("backward", "leave it out: the fixture says which value 'backward' begins with"),
            Map.entry("zero_grad", "leave it out: every case begins without gradients"),
            Map.entry("requires_grad_", "an input says \"requires_grad\" in the fixture"),
            Map.entry("retain_grad", "leave it out: every value keeps its gradient"),
            Map.entry("zeros", "give it as an input, or write the number"),
            Map.entry("ones", "give it as an input, or write the number"),
            Map.entry("randn", "give it as an input: {\"random\": …}"),
            Map.entry("rand", "give it as an input: {\"random\": …}"),
            Map.entry("full", "give it as an input, or write the number"),
            Map.entry("linspace", "give it as an input"),
            Map.entry("masked_select", "how many elements it takes only values tell: write where(mask, x, 0.0)"),
            Map.entry("masked_scatter", "write where(mask, a, b), or give the places as indices"),
            Map.entry("take", "write x.reshape(-1)[index]"),
            Map.entry("expand_as", "sizes are known when the program is written: write x.expand(2, 3)"),
            Map.entry("view_as", "sizes are known when the program is written: write x.view(2, 3)"),
            Map.entry("reshape_as", "sizes are known when the program is written: write x.reshape(2, 3)"),
            Map.entry("fliplr", "write flip(x, 1)"),
            Map.entry("flipud", "write flip(x, 0)"),
            Map.entry("nansum", "write sum(nan_to_num(x))"),
            Map.entry("nanmean", "write sum(nan_to_num(x)) / sum(where(isnan(x), 0.0, 1.0))"),
            Map.entry("rsub", "write other - input"),
            Map.entry("diff", "write x[1:] - x[:-1]"),
            Map.entry("bool", "write x != 0"),
            Map.entry("int", "indices are int64 inputs"),
            Map.entry("eye", "give it as an input"),
            Map.entry("no_grad", "write x.detach()"),
            Map.entry("print", "leave it out: draw prints every value"),
            Map.entry("len", "sizes are known when the program is written: write the number"),
            Map.entry("logit", "write log(x / (1 - x))"));

    private Refusals() {}

    /** What to write in the place of a keyword of Python, behind a colon; empty for other words. */
    static String hint(Lexer.Token token) {
        String hint = token.kind() == Lexer.Kind.NAME ? WORDS.get(token.text()) : null;
        return hint == null ? "" : ": " + hint;
    }

    /** Why there is no function of that name. */
    static String ofFunction(String name) {
        String instead = FUNCTIONS.get(name);
        if (instead == null
                && name.endsWith("_")
                && !Ops.byFunction(name.substring(0, name.length() - 1)).isEmpty()) {
            instead = "nothing is changed in place: write y = " + name.substring(0, name.length() - 1) + "(x, …)";
        }
        String problem = "there is no function '" + name + "'";
        return instead != null ? problem + ": " + instead : problem + NearName.hint(name, Ops.functions());
    }

    /** Why there is no attribute of that name. */
    static String ofAttribute(String name) {
        String instead = ATTRIBUTES.get(name);
        if (instead == null && !Ops.byFunction(name).isEmpty()) {
            instead = "it is a method, write ." + name + "(…)";
        }
        String problem = "expected .T or a method, found '." + name + "'";
        return instead != null ? problem + ": " + instead : problem + NearName.hint(name, Ops.functions());
    }

    /** What to write where an operator and an equals sign follow a name. */
    static String ofAssignment(String name, String operator) {
        return "no '" + operator + "=': give the result a new name, as in " + name + "2 = " + name + " " + operator
                + " …";
    }

    /** What to write where a statement begins with a name, but not with {@code name =}; empty where nothing is to be said. */
    static String ofStatement(Lexer.Token next) {
        return switch (next.text()) {
            case "[" ->
                ": a part cannot be assigned, give the whole a new name: where, index_copy, slice_scatter or select_scatter make it";
            case "(", "." -> ": give the result a name, as in y = …";
            case ":" -> ": types are not written";
            default -> "";
        };
    }

    /** What is meant by a character that begins no token; empty where nothing is to be said. */
    static String ofCharacter(char c) {
        return switch (c) {
            case ';' -> ": one statement a line";
            case '\\' -> ": a statement stands on one line";
            case '{', '}' -> ": no sets or dictionaries";
            case '\'', '"' -> ": a text that does not end";
            default -> "";
        };
    }

    /** The names that are meant by one that is neither an input nor a statement. */
    static String ofName(String name, Collection<String> known) {
        return "'" + name + "' is not defined"
                + (Ops.byFunction(name).isEmpty()
                        ? NearName.hint(name, known)
                        : ": it is a function, write " + name + "(…)");
    }
}
