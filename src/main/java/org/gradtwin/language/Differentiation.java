package org.gradtwin.language;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Expr.Number;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation as a transformation of programs: the statements of a program, one op each, and after them statements
 * that compute gradients by the ops' own formulas ({@link OpBuilder#gradient}), or by the derivatives of their definitions. Every
 * use of a value adds to its gradient once; what broadcasting stretched is summed back; nothing passes a constant.
 */
public final class Differentiation {
    /**
     * A program that computes gradients.
     *
     * @param program the statements of the program that was differentiated, and those of the gradients
     * @param names the name of the gradient with respect to each name that the root depends on
     */
    public record Gradients(Program program, Map<String, String> names) {}

    private final DType floating;
    private final Map<String, Type> types;
    private final List<Statement> statements = new ArrayList<>();
    private final Map<String, Apply> made = new HashMap<>();
    private final List<String> order = new ArrayList<>();
    /** What is moved by the names that are differentiated with respect to. */
    private final Set<String> moved = new HashSet<>();

    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> own = new HashSet<>();
    private int line;
    private int fresh;

    private Differentiation(Map<String, Type> inputs) {
        types = new LinkedHashMap<>(inputs);
        floating = inputs.values().stream()
                .map(Type::dtype)
                .filter(DType::isFloating)
                .findFirst()
                .orElse(DType.FLOAT64);
    }

    /**
     * The same program with every gradient written out, by statements of one op each.
     *
     * @param inputs types of the inputs
     * @throws ProgramException as {@link Program#infer} does
     * @throws NoFormulaException if a primitive without a formula is in the way
     */
    public static Program expand(Program program, Map<String, Type> inputs) {
        program.infer(inputs);
        Differentiation expanded = new Differentiation(inputs);
        expanded.add(program);
        return expanded.pruned(Set.of());
    }

    /**
     * A program and the gradients of a value with respect to all that requires one.
     *
     * @param inputs types of the inputs, the cotangent among them
     * @param root the name of the value that is differentiated
     * @param cotangent the name of an input of its shape
     * @throws NoFormulaException if a primitive without a formula is in the way
     */
    public static Gradients of(Program program, Map<String, Type> inputs, String root, String cotangent) {
        Differentiation all = new Differentiation(inputs);
        all.add(program);
        Map<String, Name> adjoints = new HashMap<>(Map.of(all.resolved(root), new Name(cotangent)));
        Set<String> leaves = new HashSet<>();
        inputs.forEach((name, type) -> {
            if (type.requiresGrad()) {
                leaves.add(name);
            }
        });
        all.differentiate(leaves, adjoints);
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : List.copyOf(all.types.keySet())) {
            Name adjoint = adjoints.get(all.resolved(name));
            if (adjoint != null && all.own.contains(name) && all.type(name).requiresGrad()) {
                names.put(name, adjoint.name());
            }
        }
        return new Gradients(all.pruned(names.values()), names);
    }

    /** The statement that holds the gradient of an operand in an op's formulas. */
    static String gradientOf(String operand) {
        return "grad_" + operand;
    }

    /** Formulas, in which {@code grad(x) = …} is written for the gradient of x, as statements of the language. */
    static String asStatements(String formulas) {
        return formulas.replaceAll("(?m)^\\s*grad\\((\\w+)\\)\\s*=", gradientOf("$1") + " =");
    }

    private void add(Program program) {
        program.inputs().forEach(own::add);
        program.statements().forEach(statement -> own.add(statement.name()));
        for (Statement statement : program.statements()) {
            line = statement.line();
            if (statement.expr() instanceof Name name) {
                aliases.put(statement.name(), resolved(name.name()));
                types.put(statement.name(), type(name.name()));
                statements.add(statement);
            } else if (statement.expr() instanceof Grad grad) {
                // A value of its own, whatever it may be equal to.
                Name gradient =
                        gradient(resolved(grad.of().name()), resolved(grad.by().name()));
                String same = "reshape(x, " + type(gradient).shape() + ")";
                make(statement.name(), (Apply) Program.expression(same), Map.of("x", gradient));
            } else {
                make(statement.name(), (Apply) statement.expr(), Map.of());
            }
        }
    }

    private String resolved(String name) {
        return aliases.getOrDefault(name, name);
    }

    private Type type(String name) {
        Type type = types.get(name);
        if (type == null) {
            throw new IllegalArgumentException("'" + name + "' is not defined");
        }
        return type;
    }

    private Type type(Expr atom) {
        return atom instanceof Name name ? type(name.name()) : new Type(floating, Shape.SCALAR, false);
    }

    // ---- statements of one op

    /** Names or numbers for the operands, computed by statements of their own where they are expressions. */
    private List<@Nullable Expr> operands(Apply apply, Map<String, Expr> scope) {
        List<@Nullable Expr> atoms = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            atoms.add(operand == null ? null : atom(operand, scope));
        }
        return atoms;
    }

    private Expr atom(Expr expr, Map<String, Expr> scope) {
        if (expr instanceof Name name) {
            return scope.getOrDefault(name.name(), new Name(resolved(name.name())));
        }
        if (!(expr instanceof Apply apply)) {
            return expr;
        }
        List<@Nullable Expr> atoms = operands(apply, scope);
        if (atoms.size() == 2 && atoms.get(0) instanceof Number a && atoms.get(1) instanceof Number b) {
            Optional<String> operator = apply.op().operator();
            if (operator.isPresent() && "+-*/".contains(operator.get())) {
                return Numbers.apply(operator.get(), a, b);
            }
        }
        return make(fresh(), apply.op(), atoms, apply.attributes(), apply.column());
    }

    private String fresh() {
        String name;
        do {
            name = "_" + ++fresh;
        } while (types.containsKey(name) || own.contains(name));
        return name;
    }

    private Name make(String name, Apply apply, Map<String, Expr> scope) {
        return make(name, apply.op(), operands(apply, scope), apply.attributes(), apply.column());
    }

    private Name make(String name, Op op, List<@Nullable Expr> atoms, Attributes attributes, int column) {
        Apply apply = new Apply(op, atoms, attributes, column);
        types.put(name, op.type(typesOf(apply), attributes, floating));
        made.put(name, apply);
        order.add(name);
        move(name, apply);
        statements.add(new Statement(line, name, apply));
        return new Name(name);
    }

    private List<@Nullable Type> typesOf(Apply apply) {
        List<@Nullable Type> operands = new ArrayList<>();
        for (Expr atom : apply.operands()) {
            operands.add(atom == null ? null : type(atom));
        }
        return operands;
    }

    /** A value that is written as an expression of some names. */
    private Name made(String text, Map<String, Expr> scope) {
        return (Name) atom(Program.expression(text), scope);
    }

    /** A number in every element of a tensor's shape. */
    private Name full(String like, double number) {
        return stretched(new Number(number, false), new Name(like));
    }

    /** A number or a tensor stretched to the shape of another. */
    private Name stretched(Expr value, Name like) {
        return made("where(x == x, y, y)", Map.of("x", like, "y", value));
    }

    /** The statements that are needed: those of the program, and what they and some more names are computed from. */
    private Program pruned(Iterable<String> wanted) {
        Set<String> needed = new HashSet<>(own);
        wanted.forEach(needed::add);
        List<Statement> kept = new ArrayList<>();
        for (int i = statements.size() - 1; i >= 0; i--) {
            Statement statement = statements.get(i);
            if (needed.contains(statement.name())) {
                needed.addAll(statement.names());
                kept.add(0, statement);
            }
        }
        return Program.of(kept);
    }

    // ---- gradients

    private Name gradient(String of, String by) {
        Map<String, Name> adjoints = new HashMap<>(Map.of(of, full(of, 1)));
        differentiate(Set.of(by), adjoints);
        Name gradient = adjoints.get(by);
        return gradient == null ? full(by, 0) : gradient;
    }

    /** Passes gradients on to all that is moved by some names; those at which it begins are there already. */
    private void differentiate(Set<String> by, Map<String, Name> adjoints) {
        moved.clear();
        moved.addAll(by);
        order.forEach(name -> move(name, apply(name)));
        backward(0, adjoints);
    }

    private void move(String name, Apply apply) {
        if (apply.op().isDifferentiable() && apply.operands().stream().anyMatch(this::isMoved)) {
            moved.add(name);
        }
    }

    private Apply apply(String name) {
        Apply apply = made.get(name);
        if (apply == null) {
            throw new IllegalStateException("'" + name + "' was not made by an op");
        }
        return apply;
    }

    private boolean isMoved(@Nullable Expr atom) {
        return atom instanceof Name name && moved.contains(name.name());
    }

    /** Passes gradients on from the last value that was made to the first of some. */
    private void backward(int first, Map<String, Name> adjoints) {
        List<String> names = new ArrayList<>(order.subList(first, order.size()));
        for (int i = names.size() - 1; i >= 0; i--) {
            Name adjoint = adjoints.get(names.get(i));
            if (adjoint != null && moved.contains(names.get(i))) {
                pass(names.get(i), apply(names.get(i)), adjoint, adjoints);
            }
        }
    }

    /** From a value to the operands that it was made of. */
    private void pass(String name, Apply apply, Name adjoint, Map<String, Name> adjoints) {
        Call call = new Call(apply.op(), typesOf(apply), apply.attributes());
        Optional<Program> formulas = apply.op().gradient(call);
        boolean places = apply.op().isSelection() || apply.op().isAddition() || apply.op() == Scatter.OP;
        if (formulas.isEmpty() && places) {
            backToSources(apply, adjoint, adjoints);
            return;
        }
        Map<String, Expr> operands = call.named(apply.operands());
        Map<String, Expr> scope = new LinkedHashMap<>(operands);
        if (formulas.isEmpty() && apply.op().isStepwise()) {
            operands.values().stream()
                    .filter(this::isMoved)
                    .forEach(atom -> accumulate((Name) atom, full(((Name) atom).name(), 0), adjoints));
            return;
        }
        if (formulas.isEmpty() && apply.op().isPrimitive()) {
            throw new NoFormulaException(apply.op());
        }
        if (formulas.isEmpty()) {
            int first = order.size();
            Expr value = adjoint;
            for (Statement statement : apply.op().definition(call).statements()) {
                value = atom(statement.expr(), scope);
                scope.put(statement.name(), value);
            }
            if (value instanceof Name result && isMoved(result)) {
                accumulate(result, adjoint, adjoints);
                backward(first, adjoints);
            }
            return;
        }
        scope.put("value", new Name(name));
        scope.put("grad", adjoint);
        Map<String, Name> to = new HashMap<>();
        operands.forEach((operand, atom) -> {
            if (isMoved(atom)) {
                to.put(gradientOf(operand), (Name) atom);
            }
        });
        for (Statement formula : formulas.get().statements()) {
            Name operand = to.get(formula.name());
            boolean helps = !formula.name().startsWith(gradientOf(""));
            if (operand != null || helps) {
                Expr result = atom(formula.expr(), scope);
                scope.put(formula.name(), result);
                if (operand != null && result instanceof Name gradient) {
                    accumulate(operand, gradient, adjoints);
                }
            }
        }
    }

    /** From what only moves, selects or adds elements to where it took them from, or the other way round. */
    private void backToSources(Apply apply, Name adjoint, Map<String, Name> adjoints) {
        boolean scattered = apply.op() == Scatter.OP;
        boolean added = apply.op().isAddition();
        List<@Nullable Expr> operands = apply.operands();
        for (int operand : scattered ? List.of(0) : apply.op().selectedFrom(operands)) {
            if (!(operands.get(operand) instanceof Name to) || !isMoved(to)) {
                continue;
            }
            if (added && operand == 0) {
                accumulate(to, adjoint, adjoints);
                continue;
            }
            List<@Nullable Expr> atoms = new ArrayList<>(scattered ? operands.subList(1, operands.size()) : operands);
            atoms.add(0, adjoint);
            Attributes attributes = scattered ? apply.attributes() : Scatter.of(apply, operand);
            accumulate(
                    to, make(fresh(), scattered || added ? Scatter.BACK : Scatter.OP, atoms, attributes, 1), adjoints);
        }
    }

    private void accumulate(Name to, Name contribution, Map<String, Name> adjoints) {
        Name fitted = fitted(contribution, to);
        Name before = adjoints.get(to.name());
        adjoints.put(to.name(), before == null ? fitted : made("a + b", Map.of("a", before, "b", fitted)));
    }

    /** A gradient in the shape of its value: summed over what was broadcast, or stretched to what was summed. */
    private Name fitted(Name gradient, Name value) {
        Shape from = type(gradient).shape();
        Shape to = type(value).shape();
        if (from.equals(to)) {
            return gradient;
        }
        if (!Shape.broadcast(from, to).equals(from)) {
            return stretched(gradient, value);
        }
        int added = from.rank() - to.rank();
        String dims = IntStream.range(0, from.rank())
                .filter(d -> d < added || (to.dim(d - added) == 1 && from.dim(d) != 1))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", ", "(", ",)"));
        Name sum = made("sum(x, " + dims + ", True)", Map.of("x", gradient));
        return added == 0 ? sum : made("reshape(x, " + to + ")", Map.of("x", sum));
    }
}
