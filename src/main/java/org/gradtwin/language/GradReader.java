package org.gradtwin.language;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;

/**
 * Reads {@code g = grad(y, x)} and PyTorch's own spelling of it, {@code g = torch.autograd.grad(y, x, create_graph=True)[0]}. Both
 * operands are names: what is differentiated has to be a value of the program.
 */
final class GradReader {
    private static final Pattern GRAD = Pattern.compile(
            "(?<name>[A-Za-z_]\\w*)\\s*=\\s*(?<prefix>(torch\\s*\\.\\s*)?autograd\\s*\\.\\s*)?grad\\s*\\((?<rest>.*)");

    private static final Pattern ARGUMENTS = Pattern.compile("\\s*(?<of>[A-Za-z_]\\w*)\\s*,\\s*(?<by>[A-Za-z_]\\w*)\\s*"
            + "(?<graph>,\\s*create_graph\\s*=\\s*True\\s*)?,?\\s*\\)\\s*(?<first>\\[\\s*0\\s*\\])?\\s*(#.*)?");

    private GradReader() {}

    /** Whether a line assigns a gradient. */
    static boolean isGrad(String text) {
        return GRAD.matcher(text).matches();
    }

    /**
     * Reads such a line.
     *
     * @throws ProgramException if it is not one of the two spellings, whole
     */
    static Statement statement(String text, int line) {
        Matcher whole = GRAD.matcher(text);
        if (!whole.matches()) {
            throw new IllegalArgumentException(text);
        }
        String name = whole.group("name");
        if (!Names.isFree(name)) {
            throw new ProgramException(line, 1, "'" + name + "' is a keyword");
        }
        Matcher arguments = ARGUMENTS.matcher(whole.group("rest"));
        boolean prefixed = whole.group("prefix") != null;
        int column = whole.start("rest") + 1;
        if (!arguments.matches()) {
            throw new ProgramException(
                    line,
                    column,
                    "grad takes two names, grad(y, x), and stands alone: go on with its result in another line");
        }
        if (prefixed != (arguments.group("graph") != null) || prefixed != (arguments.group("first") != null)) {
            throw new ProgramException(
                    line, column, "write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]");
        }
        return new Statement(
                line,
                name,
                new Grad(name(arguments.group("of"), line, column), name(arguments.group("by"), line, column)));
    }

    private static Name name(String name, int line, int column) {
        if (!Names.isFree(name)) {
            throw new ProgramException(line, column, "'" + name + "' is a keyword");
        }
        return new Name(name);
    }
}
