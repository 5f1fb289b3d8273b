package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;

/**
 * Reads {@code g = grad(y, x)} and PyTorch's own spellings of it, {@code g = torch.autograd.grad(y, x, create_graph=True)[0]}. Both
 * operands are names, for what is differentiated has to be a value of the program; of one that is not a number the sum is,
 * {@code grad(y.sum(), x)}, for which PyTorch also has {@code grad_outputs=torch.ones_like(y)}.
 */
final class GradReader {
    private static final String NAME = "[A-Za-z_]\\w*";

    private static final Pattern GRAD = Pattern.compile("((?<name>" + NAME + ")(?<comma>\\s*,)?|\\(\\s*(?<only>" + NAME
            + ")\\s*,\\s*\\))\\s*=\\s*(?<prefix>(torch\\s*\\.\\s*)?autograd\\s*\\.\\s*)?grad\\s*\\((?<rest>.*)");

    private static final Pattern REST = Pattern.compile(
            "(?<arguments>([^()#]|\\(([^()#]|\\([^()#]*\\))*\\))*)\\)" + "\\s*(?<first>\\[\\s*0\\s*\\])?\\s*(#.*)?");

    private static final Pattern ARGUMENT =
            Pattern.compile("\\s*((?<key>" + NAME + ")\\s*=(?!=)\\s*)?(?<value>.*?)\\s*");

    private static final Pattern OF = Pattern.compile("(?<name>" + NAME + ")|(?<method>" + NAME
            + ")\\s*\\.\\s*sum\\s*\\(\\s*\\)|(torch\\s*\\.\\s*)?sum\\s*\\(\\s*(?<operand>" + NAME + ")\\s*\\)");

    private static final Pattern BY = Pattern.compile(
            "(?<name>" + NAME + ")|\\[\\s*(?<item>" + NAME + ")\\s*\\]|\\(\\s*(?<only>" + NAME + ")\\s*,\\s*\\)");

    private static final Pattern ONES =
            Pattern.compile("(torch\\s*\\.\\s*)?ones_like\\s*\\(\\s*(?<name>" + NAME + ")\\s*\\)|(?<none>None)");

    /** The parameters that take tensors, in PyTorch's order. */
    private static final List<String> POSITIONS = List.of("outputs", "inputs", "grad_outputs");

    /** What PyTorch is told of the graph, and what a program means anyhow. */
    private static final Set<String> FLAGS = Set.of("create_graph", "retain_graph", "only_inputs");

    private final int line;
    private final int column;

    private GradReader(int line, int column) {
        this.line = line;
        this.column = column;
    }

    /** Whether a line assigns a gradient. */
    static boolean isGrad(String text) {
        return GRAD.matcher(text).matches();
    }

    /**
     * Reads such a line.
     *
     * @throws ProgramException if it is not one of the spellings, whole
     */
    static Statement statement(String text, int line) {
        Matcher whole = GRAD.matcher(text);
        if (!whole.matches()) {
            throw new IllegalArgumentException(text);
        }
        String name = whole.group("name") == null ? whole.group("only") : whole.group("name");
        if (!Names.isFree(name)) {
            throw new ProgramException(line, 1, "'" + name + "' is a keyword");
        }
        GradReader reader = new GradReader(line, whole.start("rest") + 1);
        Matcher rest = REST.matcher(whole.group("rest"));
        if (!rest.matches()) {
            throw reader.notAlone();
        }
        boolean unpacked = whole.group("comma") != null || whole.group("only") != null;
        Map<String, String> arguments = reader.arguments(rest.group("arguments"));
        Grad gradient = reader.gradient(arguments);
        boolean graph = arguments.containsKey("create_graph");
        boolean taken = unpacked || rest.group("first") != null;
        boolean bare = arguments.size() == 2 && whole.group("prefix") == null;
        if (unpacked && rest.group("first") != null || graph != taken || !graph && !bare) {
            throw new ProgramException(
                    line, reader.column, "write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]");
        }
        return new Statement(line, name, gradient);
    }

    private Map<String, String> arguments(String text) {
        Map<String, String> arguments = new LinkedHashMap<>();
        List<String> parts = new ArrayList<>(List.of(text.split(",(?![^(\\[]*[)\\]])", -1)));
        if (parts.size() > 1 && parts.get(parts.size() - 1).isBlank()) {
            parts.remove(parts.size() - 1);
        }
        for (int i = 0; i < parts.size(); i++) {
            Matcher argument = ARGUMENT.matcher(parts.get(i));
            if (!argument.matches()) {
                throw notAlone();
            }
            String key = argument.group("key");
            String value = argument.group("value");
            if (key == null && i < POSITIONS.size()) {
                key = POSITIONS.get(i);
            }
            boolean known = FLAGS.contains(String.valueOf(key)) ? value.equals("True") : POSITIONS.contains(key);
            if (key == null || !known || arguments.put(key, value) != null) {
                throw new ProgramException(
                        line,
                        column,
                        "grad takes y, x, grad_outputs=torch.ones_like(y), create_graph=True and retain_graph=True, not "
                                + parts.get(i).strip());
            }
        }
        return arguments;
    }

    private Grad gradient(Map<String, String> arguments) {
        Matcher of = OF.matcher(arguments.getOrDefault("outputs", ""));
        Matcher by = BY.matcher(arguments.getOrDefault("inputs", ""));
        if (!of.matches() || !by.matches()) {
            throw notAlone();
        }
        Name root = name(first(of, "name", "method", "operand"));
        boolean summed = of.group("name") == null;
        String outputs = arguments.getOrDefault("grad_outputs", "None");
        Matcher ones = ONES.matcher(outputs);
        boolean given = ones.matches() && ones.group("none") == null;
        if (!ones.matches() || given && !root.name().equals(ones.group("name"))) {
            throw new ProgramException(
                    line, column, "grad_outputs is torch.ones_like(" + root + "): sum a product in its place");
        }
        return new Grad(root, name(first(by, "name", "item", "only")), summed || given);
    }

    private static String first(Matcher matcher, String... groups) {
        for (String group : groups) {
            if (matcher.group(group) != null) {
                return matcher.group(group);
            }
        }
        throw new IllegalStateException(matcher.group());
    }

    private Name name(String name) {
        if (!Names.isFree(name)) {
            throw new ProgramException(line, column, "'" + name + "' is a keyword");
        }
        return new Name(name);
    }

    private ProgramException notAlone() {
        return new ProgramException(
                line,
                column,
                "grad takes two names, grad(y, x), and stands alone: go on with its result in another line");
    }
}
