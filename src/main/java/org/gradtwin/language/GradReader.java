package org.gradtwin.language;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Lexer.Kind;
import org.gradtwin.language.Lexer.Token;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of {@code grad(y, x)}, or of PyTorch's own spellings of it, {@code torch.autograd.grad(y, x, create_graph=True)[0]}.
 * Both operands are names, for what is differentiated has to be a value of the program. Where it is no number its sum is differentiated,
 * {@code grad(y.sum(), x)}, which PyTorch also writes {@code grad_outputs=torch.ones_like(y)}.
 */
final class GradReader {
    private static final List<String> POSITIONS = List.of("outputs", "inputs", "grad_outputs");

    /** What PyTorch is told of the graph, and what holds in a program anyhow. */
    private static final Set<String> FLAGS = Set.of("create_graph", "retain_graph", "only_inputs");

    private final Tokens tokens;
    private final Token begin;
    private final Set<String> given = new HashSet<>();

    private @Nullable Token of;
    private @Nullable Token by;
    private @Nullable Token ones;
    private boolean summed;

    /** Behind the parenthesis that opens. */
    GradReader(Tokens tokens) {
        this.tokens = tokens;
        begin = tokens.peek();
    }

    /**
     * Reads the arguments, and that nothing follows.
     *
     * @param torch whether the function is called by its module
     * @param unpacked whether the one gradient is taken by {@code g, = …}
     * @throws ProgramException if it is not one of the spellings, whole
     */
    Grad read(boolean torch, boolean unpacked) {
        boolean closed;
        do {
            argument();
            closed = tokens.takeIf(",", ")") || tokens.takeIf(")");
        } while (!closed && tokens.takeIf(","));
        boolean first = tokens.takeIf("[", "0", "]");
        if (of == null || by == null || !closed || tokens.peek().kind() != Kind.END) {
            throw notTwoNames();
        }
        boolean graph = given.contains("create_graph");
        boolean bare = !torch && given.size() == 2;
        if ((unpacked && first) || graph != (unpacked || first) || (!graph && !bare)) {
            throw tokens.error(begin, "write grad(y, x), or torch.autograd.grad(y, x, create_graph=True)[0]");
        }
        if (ones != null && !ones.text().equals(of.text())) {
            throw notOnes();
        }
        return new Grad(new Name(tokens.free(of)), new Name(tokens.free(by)), summed || ones != null);
    }

    private void argument() {
        Token key = tokens.peek();
        if (key.kind() == Kind.END) {
            throw notTwoNames();
        }
        boolean keyword = key.kind() == Kind.NAME && tokens.ahead(1).is("=");
        if (keyword) {
            tokens.take();
            tokens.take();
        }
        String name = keyword ? key.text() : given.size() < POSITIONS.size() ? POSITIONS.get(given.size()) : "";
        boolean known = FLAGS.contains(name) ? tokens.takeIf("True") : POSITIONS.contains(name);
        if (!known || !given.add(name)) {
            throw tokens.error(
                    key, "grad takes y, x, grad_outputs=torch.ones_like(y), create_graph=True and retain_graph=True");
        }
        switch (name) {
            case "outputs" -> outputs();
            case "inputs" -> inputs();
            case "grad_outputs" -> gradOutputs();
            default -> {}
        }
    }

    private void outputs() {
        boolean sum = tokens.takeIf("torch", ".", "sum", "(") || tokens.takeIf("sum", "(");
        of = name();
        summed = sum ? tokens.takeIf(")") : tokens.takeIf(".", "sum", "(", ")");
        if (sum && !summed) {
            throw notTwoNames();
        }
    }

    private void inputs() {
        boolean list = tokens.takeIf("[");
        boolean tuple = !list && tokens.takeIf("(");
        by = name();
        if ((list && !tokens.takeIf("]")) || (tuple && !tokens.takeIf(",", ")"))) {
            throw notTwoNames();
        }
    }

    private void gradOutputs() {
        if (tokens.takeIf("None")) {
            return;
        }
        if (!tokens.takeIf("torch", ".", "ones_like", "(") && !tokens.takeIf("ones_like", "(")) {
            throw notOnes();
        }
        ones = name();
        if (!tokens.takeIf(")")) {
            throw notOnes();
        }
    }

    private Token name() {
        Token name = tokens.take();
        if (name.kind() != Kind.NAME) {
            throw notTwoNames();
        }
        return name;
    }

    private ProgramException notOnes() {
        return tokens.error(
                begin, "grad_outputs is torch.ones_like(y) of what is differentiated: sum a product in its place");
    }

    private ProgramException notTwoNames() {
        return tokens.error(
                begin, "grad takes two names, grad(y, x), and stands alone: go on with its result in another line");
    }
}
