package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Draws a task as an engine evaluated it, or as two did: a box for every named value, with shape, value and gradient,
 * and a juncture for every op. Collapsed, the junctures are left out, and a box shows its whole statement. The id of a
 * box is the value's name after {@code v:}, see {@link #id}.
 */
public final class ProgramDrawing {
    private static final int WIDEST = 48;

    private final Task task;
    private final List<Evaluation> evaluations;
    private final Agreement agreement;
    private final boolean collapsed;
    private final Map<String, Type> types;
    private final List<DrawnNode> nodes = new ArrayList<>();
    private final List<GraphDrawing.Edge> edges = new ArrayList<>();
    private int unnamed;

    private ProgramDrawing(Task task, List<Evaluation> evaluations, Agreement agreement, boolean collapsed) {
        this.task = task;
        this.evaluations = evaluations;
        this.agreement = agreement;
        this.collapsed = collapsed;
        this.types = task.types(evaluations.get(0).dtype());
    }

    /** Draws one evaluation. */
    public static GraphDrawing of(Task task, Evaluation evaluation) {
        return new ProgramDrawing(task, List.of(evaluation), (quantity, first, second) -> true, false).draw();
    }

    /**
     * Draws two evaluations of a task in one graph. A value in which they differ is marked {@code value differs} and by
     * how much, a gradient {@code gradient differs}.
     */
    public static GraphDrawing compare(Task task, Evaluation first, Evaluation second, Agreement agreement) {
        return new ProgramDrawing(task, List.of(first, second), agreement, false).draw();
    }

    /** Draws one evaluation or compares two, a box a statement and no junctures. */
    public static GraphDrawing collapsed(Task task, List<Evaluation> evaluations, Agreement agreement) {
        return new ProgramDrawing(task, evaluations, agreement, true).draw();
    }

    /** The id of the box of an input or statement, for {@link GraphDrawing#marked}. */
    public static String id(String name) {
        return "v:" + name;
    }

    /** How many junctures, ops and numbers without a name, a drawing of a program has that is not collapsed. */
    public static int junctures(Program program) {
        return program.statements().stream()
                .mapToInt(statement -> junctures(statement.expr()))
                .sum();
    }

    private static int junctures(Expr expr) {
        int count = expr instanceof Name ? 0 : 1;
        if (expr instanceof Apply apply) {
            for (Expr operand : drawn(apply)) {
                count += junctures(operand);
            }
        }
        return count;
    }

    /** The operands that are drawn; the others stand in the label. */
    private static List<Expr> drawn(Apply apply) {
        List<Expr> drawn = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            boolean inLabel = operand instanceof Expr.Number && OpLabel.holdsNumbers(apply);
            if (operand != null && !inLabel) {
                drawn.add(operand);
            }
        }
        return drawn;
    }

    private GraphDrawing draw() {
        task.inputs().keySet().forEach(name -> value(name, name, "input " + name));
        for (Statement statement : task.program().statements()) {
            String name = statement.name();
            Collection<String> from = collapsed ? names(statement.expr()) : List.of(draw(statement.expr()));
            value(
                    name,
                    collapsed ? shortened(statement.toString()) : name,
                    "line " + statement.line() + ": " + statement);
            from.forEach(id -> edges.add(new GraphDrawing.Edge(id, id(name))));
        }
        List<String> engines = evaluations.stream()
                .map(evaluation ->
                        evaluation.engine() + " (" + evaluation.dtype().torchName() + ")")
                .toList();
        long marked = nodes.stream()
                .filter(node -> node instanceof Value value && !value.marks().isEmpty())
                .count();
        String description = "Computation graph of " + task.root() + " with " + types.size()
                + " named values, evaluated by " + String.join(" and ", engines) + "."
                + (evaluations.size() == 1 ? "" : " They differ in " + marked + " of them.");
        return new GraphDrawing(
                task.root() + " evaluated by " + String.join(" and ", engines), description, nodes, edges);
    }

    /** Draws what an expression consists of; gives the id of its result. */
    private String draw(Expr expr) {
        if (expr instanceof Name name) {
            return id(name.name());
        }
        String id = "e" + unnamed++;
        if (!(expr instanceof Apply apply)) {
            nodes.add(new Value(id, List.of(expr.toString()), "a number"));
            return id;
        }
        List<String> operands = new ArrayList<>();
        for (Expr operand : drawn(apply)) {
            operands.add(draw(operand));
        }
        nodes.add(new Juncture(id, OpLabel.of(apply), apply.toString()));
        operands.forEach(operand -> edges.add(new GraphDrawing.Edge(operand, id)));
        return id;
    }

    /** The ids of the values that an expression reads, each once. */
    private static Set<String> names(@Nullable Expr expr) {
        Set<String> ids = new LinkedHashSet<>();
        if (expr instanceof Name name) {
            ids.add(id(name.name()));
        } else if (expr instanceof Apply apply) {
            apply.operands().forEach(operand -> ids.addAll(names(operand)));
        }
        return ids;
    }

    private static String shortened(String text) {
        return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 2) + " …";
    }

    private void value(String name, String head, String hint) {
        Type type = types.get(name);
        if (type == null) {
            throw new IllegalStateException("'" + name + "' has no type");
        }
        List<String> fields = new ArrayList<>();
        List<String> marks = new ArrayList<>();
        fields.add(head);
        fields.add(type.shape() + " " + type.dtype().torchName());
        if (task.inputs().containsKey(name)) {
            fields.add(
                    TensorText.of(task.inputs().get(name).in(evaluations.get(0).dtype())));
        } else {
            if (type.dtype().isFloating()) {
                results(Quantity.value(name), "value", fields, marks);
            }
        }
        if (type.requiresGrad()) {
            results(Quantity.grad(name), "grad", fields, marks);
        }
        nodes.add(new Value(id(name), fields, marks, hint));
    }

    private void results(Quantity quantity, String word, List<String> fields, List<String> marks) {
        // Between y and x of g = grad(y, x) no gradient is evaluated.
        if (evaluations.stream().anyMatch(evaluation -> !evaluation.quantities().containsKey(quantity))) {
            return;
        }
        List<Optional<Tensor>> results =
                evaluations.stream().map(evaluation -> evaluation.get(quantity)).toList();
        boolean several = results.size() > 1;
        boolean agree = !several || agreement.test(quantity, results.get(0), results.get(1));
        for (int i = 0; i < results.size(); i++) {
            String engine = several ? evaluations.get(i).engine() + " " : "";
            String prefix = several || quantity.kind() == Quantity.Kind.GRAD ? engine + word + "=" : "";
            fields.add(prefix + results.get(i).map(TensorText::of).orElse("none"));
        }
        if (!agree) {
            marks.add((quantity.kind() == Quantity.Kind.VALUE ? "value differs" : "gradient differs")
                    + farthest(results.get(0), results.get(1)));
        }
    }

    /** The largest difference between elements, which the digits of a box need not show. */
    private static String farthest(Optional<Tensor> first, Optional<Tensor> second) {
        if (first.isEmpty()
                || second.isEmpty()
                || !first.get().shape().equals(second.get().shape())) {
            return "";
        }
        double[] a = first.get().toDoubles();
        double[] b = second.get().toDoubles();
        double farthest = IntStream.range(0, a.length)
                .mapToDouble(i -> Math.abs(a[i] - b[i]))
                .max()
                .orElse(0);
        return Double.isFinite(farthest) ? String.format(Locale.ROOT, " by %.2g", farthest) : "";
    }
}
