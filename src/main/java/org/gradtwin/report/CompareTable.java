package org.gradtwin.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.FailureMessage;
import org.gradtwin.verify.Trial;

/**
 * The gradients of one case on one engine beside PyTorch's, name by name in backward order: whether all elements are
 * equal, whether they are close with {@code torch.allclose}'s defaults, and the largest difference. The same defaults
 * for every case, unlike the recorded tolerances, which decide; this is for reading. NaN is equal to nothing, as in
 * PyTorch.
 *
 * @param engine what was compared
 * @param dtype the type, by PyTorch's name
 * @param against what it was compared with, in words
 * @param rows one a gradient; the root's is left out, for it is the cotangent
 * @param rowSums of the gradients of logits; empty if the case has none
 */
public record CompareTable(String engine, String dtype, String against, List<Row> rows, List<RowSum> rowSums) {
    private static final double RTOL = 1e-5;
    private static final double ATOL = 1e-8;

    /**
     * One gradient.
     *
     * @param name the input or statement
     * @param exact all elements are equal
     * @param approx every element has {@code |actual − expected| ≤ 1e-8 + 1e-5·|expected|}
     * @param maxdiff the largest {@code |actual − expected|}
     */
    public record Row(String name, boolean exact, boolean approx, double maxdiff) {
        /** Compares two tensors of one shape. */
        public static Row of(String name, Tensor actual, Tensor expected) {
            boolean exact = true;
            boolean approx = true;
            double maxdiff = 0;
            for (int i = 0; i < expected.size(); i++) {
                double a = actual.get(i);
                double e = expected.get(i);
                double difference = Math.abs(a - e);
                exact &= a == e;
                approx &= a == e || (Double.isFinite(e) && difference <= ATOL + RTOL * Math.abs(e));
                maxdiff = Math.max(maxdiff, difference);
            }
            return new Row(name, exact, approx, maxdiff);
        }
    }

    /**
     * The mean magnitude of the row sums of the gradient of logits. The softmax does not change when all logits of a
     * row grow by the same, so the exact sums are 0, and what is there is rounding.
     *
     * @param name the logits
     * @param actual the engine's
     * @param expected the reference's
     */
    public record RowSum(String name, double actual, double expected) {
        /** {@code gradient.sum(dim=1).abs().mean()}, in float64. */
        public static double of(Tensor gradient) {
            int columns = gradient.shape().last();
            int rows = gradient.shape().rows();
            double total = 0;
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                for (int column = 0; column < columns; column++) {
                    sum += gradient.get(row * columns + column);
                }
                total += Math.abs(sum);
            }
            return total / rows;
        }
    }

    /** Immutable copies. */
    public CompareTable {
        rows = List.copyOf(rows);
        rowSums = List.copyOf(rowSums);
    }

    /** The table of a trial: against PyTorch run live, for PyTorch itself the recorded one. Empty without gradients. */
    public static Optional<CompareTable> of(Trial trial) {
        Task task = trial.given().given().task();
        List<Row> rows = new ArrayList<>();
        List<RowSum> rowSums = new ArrayList<>();
        Against against = trial.checks().stream().anyMatch(check -> check.against() == Against.PYTORCH)
                ? Against.PYTORCH
                : Against.EXPECT;
        for (String name : backwardOrder(task)) {
            for (Check check : trial.checks()) {
                Comparison comparison = check.comparison();
                if (check.against() == against
                        && check.quantity().equals(Quantity.grad(name))
                        && comparison != null
                        && comparison.elements() > 0) {
                    Tensor actual = check.actual().orElseThrow();
                    Tensor expected = check.expected().orElseThrow();
                    rows.add(Row.of(name, actual, expected));
                    if (isLogits(task, name, expected)) {
                        rowSums.add(new RowSum(name, RowSum.of(actual), RowSum.of(expected)));
                    }
                }
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new CompareTable(trial.engine(), trial.dtype().torchName(), against.words(), rows, rowSums));
    }

    /**
     * Statements from the last to the first, without the root, then inputs in the order in which they are first used.
     */
    private static List<String> backwardOrder(Task task) {
        List<String> names = new ArrayList<>();
        for (Statement statement : task.program().statements()) {
            if (!statement.name().equals(task.root())) {
                names.add(0, statement.name());
            }
        }
        List<String> used = new ArrayList<>();
        task.program().statements().forEach(statement -> collect(statement.expr(), used));
        used.stream().filter(task.inputs()::containsKey).distinct().forEach(names::add);
        return names;
    }

    private static void collect(Expr expr, List<String> names) {
        if (expr instanceof Expr.Name name) {
            names.add(name.name());
        } else if (expr instanceof Apply apply) {
            for (Expr operand : apply.operands()) {
                if (operand != null) {
                    collect(operand, names);
                }
            }
        }
    }

    /** Whether a matrix is used once, as the logits of a cross entropy or of a softmax over its rows. */
    private static boolean isLogits(Task task, String name, Tensor gradient) {
        List<String> used = new ArrayList<>();
        task.program().statements().forEach(statement -> collect(statement.expr(), used));
        return gradient.shape().rank() == 2
                && used.stream().filter(name::equals).count() == 1
                && task.program().statements().stream().anyMatch(statement -> takesLogits(statement.expr(), name));
    }

    private static boolean takesLogits(Expr expr, String name) {
        if (!(expr instanceof Apply apply)) {
            return false;
        }
        boolean rowwise = switch (apply.op().id()) {
            case "cross_entropy" -> true;
            case "softmax", "log_softmax" ->
                apply.attributes().integer("dim") == 1 || apply.attributes().integer("dim") == -1;
            default -> false;
        };
        return (rowwise
                        && apply.operands().get(0) instanceof Expr.Name logits
                        && logits.name().equals(name))
                || apply.operands().stream().anyMatch(operand -> operand != null && takesLogits(operand, name));
    }

    /** The table as text, a line a row. */
    public List<String> lines() {
        int width = rows.stream().mapToInt(row -> row.name().length()).max().orElse(0);
        width = Math.max(width, "name".length());
        List<String> lines = new ArrayList<>();
        lines.add("gradients of " + engine + " beside " + against + ", " + dtype);
        String format = "  %-" + width + "s | %-5s | %-6s | %s";
        lines.add(String.format(Locale.ROOT, format, "name", "exact", "approx", "maxdiff"));
        for (Row row : rows) {
            lines.add(String.format(
                    Locale.ROOT,
                    format,
                    row.name(),
                    python(row.exact()),
                    python(row.approx()),
                    String.format(Locale.ROOT, "%.2e", row.maxdiff())));
        }
        for (RowSum sum : rowSums) {
            lines.add("  " + sum.name() + ".grad.sum(dim=1).abs().mean()  " + FailureMessage.number(sum.actual())
                    + "  (" + FailureMessage.number(sum.expected()) + " in " + against + ")");
        }
        return lines;
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }
}
