package org.gradtwin.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.gradtwin.check.Comparison;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.FailureMessage;
import org.gradtwin.verify.Trial;
import org.jspecify.annotations.Nullable;

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
 * @param sums of gradients that sum to 0 exactly; empty if the case has none
 */
public record CompareTable(String engine, String dtype, String against, List<Row> rows, List<Sum> sums) {
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
     * The mean magnitude of the sums of a gradient along a dimension in which an op's value does not change when all elements grow by
     * the same, as a softmax does not: the exact sums are 0, and what is there is rounding.
     *
     * @param name the operand
     * @param dim the dimension
     * @param actual the engine's
     * @param expected the reference's
     */
    public record Sum(String name, int dim, double actual, double expected) {
        /** {@code gradient.sum(dim).abs().mean()}, in float64. */
        public static double of(Tensor gradient, int dim) {
            Shape shape = gradient.shape();
            int inner = shape.product(dim + 1, shape.rank());
            double[] sums = new double[shape.size() / Math.max(shape.dim(dim), 1)];
            for (int i = 0; i < gradient.size(); i++) {
                sums[i / (inner * shape.dim(dim)) * inner + i % inner] += gradient.get(i);
            }
            return Arrays.stream(sums).map(Math::abs).average().orElse(0);
        }
    }

    /** Immutable copies. */
    public CompareTable {
        rows = List.copyOf(rows);
        sums = List.copyOf(sums);
    }

    /** The table of a trial: against PyTorch run live, for PyTorch itself the recorded one. Empty without gradients. */
    public static Optional<CompareTable> of(Trial trial) {
        Task task = trial.given().given().task();
        List<Row> rows = new ArrayList<>();
        List<Sum> sums = new ArrayList<>();
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
                    OptionalInt dim = sumsToZero(task, name, trial.dtype());
                    if (dim.isPresent()) {
                        int d = dim.getAsInt();
                        sums.add(new Sum(name, d, Sum.of(actual, d), Sum.of(expected, d)));
                    }
                }
            }
        }
        return rows.isEmpty()
                ? Optional.empty()
                : Optional.of(new CompareTable(trial.engine(), trial.dtype().torchName(), against.words(), rows, sums));
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

    /** The dimension along which the gradient of a name sums to 0, if it is used once, by an op that sees differences alone. */
    private static OptionalInt sumsToZero(Task task, String name, DType dtype) {
        List<String> used = new ArrayList<>();
        task.program().statements().forEach(statement -> collect(statement.expr(), used));
        if (used.stream().filter(name::equals).count() != 1) {
            return OptionalInt.empty();
        }
        Map<String, Type> types = task.types(dtype);
        return task.program().statements().stream()
                .map(statement -> shiftInvariant(statement.expr(), name, types))
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
    }

    private static OptionalInt shiftInvariant(@Nullable Expr expr, String name, Map<String, Type> types) {
        if (!(expr instanceof Apply apply)) {
            return OptionalInt.empty();
        }
        List<@Nullable Expr> operands = apply.operands();
        if (operands.get(0) instanceof Expr.Name first && first.name().equals(name)) {
            List<@Nullable Type> given = new ArrayList<>();
            given.add(types.get(name));
            return apply.op().shiftInvariantDim(new Call(apply.op(), given, apply.attributes()));
        }
        return operands.stream()
                .map(operand -> shiftInvariant(operand, name, types))
                .filter(OptionalInt::isPresent)
                .findFirst()
                .orElse(OptionalInt.empty());
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
        for (Sum sum : sums) {
            lines.add("  " + sum.name() + ".grad.sum(dim=" + sum.dim() + ").abs().mean()  "
                    + FailureMessage.number(sum.actual()) + "  (" + FailureMessage.number(sum.expected()) + " in "
                    + against + ")");
        }
        return lines;
    }

    private static String python(boolean value) {
        return value ? "True" : "False";
    }
}
