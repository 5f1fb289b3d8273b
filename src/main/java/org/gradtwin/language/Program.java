package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.jspecify.annotations.Nullable;

/**
 * A list of statements in a strict subset of Python with PyTorch's names: what is accepted here runs at a Python prompt
 * after {@code from torch import *} and {@code from torch.nn.functional import *}, and means the same.
 */
public final class Program {
    private static final Memo<String, Expr> EXPRESSIONS = new Memo<>(4096);

    private final List<Statement> statements;
    private final Set<String> inputs;
    private @Nullable Set<Op> ops; // once somebody asks

    private Program(List<Statement> statements) {
        this.statements = List.copyOf(statements);
        Set<String> defined = new HashSet<>();
        Set<String> free = new LinkedHashSet<>();
        for (Statement statement : statements) {
            collectNames(statement.expr(), defined, free);
            defined.add(statement.name());
        }
        this.inputs = Collections.unmodifiableSet(free);
    }

    /**
     * Reads a program, one statement a line.
     *
     * @throws ProgramException at the first line that is not a statement, assigns a name twice, or assigns a name that
     *     an earlier line read as an input
     */
    public static Program parse(List<String> lines) {
        return parse(lines, Map.of());
    }

    /**
     * Reads the definition of an op.
     *
     * @param text one statement a line
     * @param operands names of operands, which functions may have too
     * @param attributes what the attributes' names stand for
     */
    public static Program parse(String text, List<String> operands, Attributes attributes) {
        Map<String, Term> constants = new LinkedHashMap<>();
        operands.forEach(name -> constants.put(name, new Term.Value(new Expr.Name(name))));
        attributes.keys().forEach(key -> constants.put(key, Term.of(attributes.get(key))));
        return parse(text.lines().filter(line -> !line.isBlank()).toList(), constants);
    }

    private static Program parse(List<String> lines, Map<String, Term> constants) {
        List<Statement> statements = new ArrayList<>();
        Set<String> taken = new HashSet<>();
        Set<String> read = new LinkedHashSet<>();
        Map<String, Integer> called = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            if (Lexer.isEmpty(lines.get(i))) {
                continue;
            }
            Parser parser = new Parser(lines.get(i), i + 1, constants);
            List<Statement> parsed = parser.statements();
            parsed.forEach(statement -> collectNames(statement.expr(), taken, read));
            for (String function : parser.called()) {
                requireFunction(function, i + 1, taken);
                called.putIfAbsent(function, i + 1);
            }
            for (Statement statement : parsed) {
                if (read.contains(statement.name())) {
                    throw new ProgramException(i + 1, 1, "'" + statement.name() + "' is read before it is assigned");
                }
                if (!taken.add(statement.name())) {
                    throw new ProgramException(
                            i + 1,
                            1,
                            "'" + statement.name() + "' is assigned twice: give the second value a name of its own");
                }
            }
            statements.addAll(parsed);
        }
        if (statements.isEmpty()) {
            throw new ProgramException(1, 1, "the program is empty");
        }
        Program program = new Program(statements);
        called.forEach((function, line) -> requireFunction(function, line, program.inputs));
        return program;
    }

    /** A value hides the function of its name, in Python too. */
    private static void requireFunction(String function, int line, Set<String> values) {
        if (values.contains(function)) {
            throw new ProgramException(
                    line,
                    1,
                    "'" + function + "' is a value of the program: write torch." + function + "(…) for the function");
        }
    }

    /** Reads a program from text with one statement a line; blank lines are left out. */
    public static Program parse(String text) {
        return parse(text.lines().filter(line -> !line.isBlank()).toList());
    }

    /**
     * An expression that rules are made of, which is read once.
     *
     * @throws ProgramException if it is none
     */
    public static Expr expression(String text) {
        return EXPRESSIONS.of(
                text, unread -> parse("value = " + text).statements().get(0).expr());
    }

    /** A program of statements that were read or made before; line numbers need not be different. */
    public static Program of(List<Statement> statements) {
        return new Program(statements);
    }

    /** Whether Python and this language let a value have that name. */
    public static boolean isName(String name) {
        return Names.isFree(name);
    }

    /** The statements in order. */
    public List<Statement> statements() {
        return statements;
    }

    /** Whether a statement is a gradient. */
    public boolean differentiates() {
        return statements.stream().anyMatch(statement -> statement.expr() instanceof Grad);
    }

    /** The names that are read but not assigned, in the order of their first use. */
    public Set<String> inputs() {
        return inputs;
    }

    /** The ops that the program applies. */
    public Set<Op> ops() {
        Set<Op> known = ops;
        if (known == null) {
            Set<Op> applied = new LinkedHashSet<>();
            statements.forEach(statement -> collectOps(statement.expr(), applied));
            known = Collections.unmodifiableSet(applied);
            ops = known;
        }
        return known;
    }

    /**
     * The type of every input and of every statement, in order, known before anything runs.
     *
     * @param inputs types of the inputs; those that the program does not use are kept
     * @throws ProgramException if a name is undefined or assigned twice, or PyTorch would refuse the operands
     */
    public Map<String, Type> infer(Map<String, Type> inputs) {
        return Inference.infer(this, inputs);
    }

    /**
     * The names through which a value can be moved: all that it is computed from, itself included. Nothing passes an op that has no
     * gradient. A name for a name is the same value, and a gradient depends on all that the differentiated value depends on.
     */
    public Set<String> dependencies(String root) {
        Set<String> reached = new HashSet<>(Set.of(root));
        for (int i = statements.size() - 1; i >= 0; i--) {
            if (reached.contains(statements.get(i).name())) {
                collectDependencies(statements.get(i).expr(), reached);
            }
        }
        for (Statement statement : statements) {
            if (statement.expr() instanceof Name name && reached.contains(name.name())) {
                reached.add(statement.name());
            }
        }
        return reached;
    }

    /**
     * Names whose gradient is no property of the program: those between what a gradient is of and what it is by. Whether its formula
     * goes by the value of such a name, as 1 − y² does, or by what that was computed from, as 1/cosh² x does, is up to an engine.
     */
    public Set<String> undetermined() {
        Set<String> names = new HashSet<>();
        for (Statement statement : statements) {
            if (statement.expr() instanceof Grad grad) {
                for (String name : dependencies(grad.of().name())) {
                    if (!name.equals(grad.by().name())
                            && dependencies(name).contains(grad.by().name())) {
                        names.add(name);
                    }
                }
            }
        }
        return names;
    }

    private static void collectDependencies(@Nullable Expr expr, Set<String> names) {
        if (expr instanceof Name name) {
            names.add(name.name());
        } else if (expr instanceof Grad grad) {
            names.add(grad.of().name());
        } else if (expr instanceof Apply apply && apply.op().isDifferentiable()) {
            apply.operands().forEach(operand -> collectDependencies(operand, names));
        }
    }

    /** The program as lines that parse to the same program. */
    public List<String> lines() {
        return statements.stream()
                .map(Statement::asLine)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    static void collectNames(@Nullable Expr expr, Set<String> defined, Set<String> free) {
        if (expr instanceof Name name && !defined.contains(name.name())) {
            free.add(name.name());
        } else if (expr instanceof Apply apply) {
            apply.operands().forEach(operand -> collectNames(operand, defined, free));
        } else if (expr instanceof Grad grad) {
            collectNames(grad.of(), defined, free);
            collectNames(grad.by(), defined, free);
        }
    }

    private static void collectOps(@Nullable Expr expr, Set<Op> ops) {
        if (expr instanceof Apply apply) {
            apply.operands().forEach(operand -> collectOps(operand, ops));
            ops.add(apply.op());
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Program program && statements.equals(program.statements);
    }

    @Override
    public int hashCode() {
        return statements.hashCode();
    }

    @Override
    public String toString() {
        return lines().stream().collect(Collectors.joining("\n"));
    }
}
