package org.gradtwin.fuzz;

import java.util.Comparator;
import java.util.Objects;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Index;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How much there is to read in a task: ops first, then statements and inputs, elements, details. Shrinking goes down in
 * this order only, so it ends.
 *
 * @param ops applications of ops
 * @param names statements and inputs
 * @param elements elements of the inputs and the cotangent
 * @param details operands and attributes that could be left out, subscripts other than 0, values other than 1, inputs that require a gradient
 */
record Complexity(int ops, int names, int elements, int details) implements Comparable<Complexity> {
    private static final Comparator<Complexity> ORDER = Comparator.comparingInt(Complexity::ops)
            .thenComparingInt(Complexity::names)
            .thenComparingInt(Complexity::elements)
            .thenComparingInt(Complexity::details);

    static Complexity of(Task task) {
        int ops = 0;
        int details = detailsOf(task.cotangent());
        int elements = task.cotangent().size();
        for (Statement statement : task.program().statements()) {
            ops += countOps(statement.expr());
            details += detailsOf(statement.expr());
        }
        for (Input input : task.inputs().values()) {
            elements += input.value().size() + input.value().shape().rank();
            details += detailsOf(input.value()) + (input.requiresGrad() ? 1 : 0);
        }
        return new Complexity(
                ops, task.program().statements().size() + task.inputs().size(), elements, details);
    }

    private static int countOps(@Nullable Expr expr) {
        return expr instanceof Apply apply
                ? 1 + apply.operands().stream().mapToInt(Complexity::countOps).sum()
                : 0;
    }

    private static int detailsOf(@Nullable Expr expr) {
        if (!(expr instanceof Apply apply)) {
            return expr == null ? 0 : 1;
        }
        int details = apply.operands().stream().mapToInt(Complexity::detailsOf).sum();
        if (apply.op().isSubscript()) {
            for (Index.Item item : apply.attributes().index().items()) {
                details += item instanceof Index.At at && at.position() != 0 ? 1 : 0;
            }
        }
        for (Parameter parameter : apply.op().signature().attributes()) {
            if (!parameter.required()
                    && !Objects.equals(apply.attributes().get(parameter.name()), parameter.defaultValue())) {
                details++;
            }
        }
        return details;
    }

    /** An element counts 0 if it is 1 (or the index 0), 1 if it is another whole number, 2 otherwise. */
    private static int detailsOf(Tensor tensor) {
        int details = 0;
        double simple = tensor.dtype().isFloating() ? 1 : 0;
        for (int i = 0; i < tensor.size(); i++) {
            double x = tensor.get(i);
            details += x == simple ? 0 : x == Math.rint(x) ? 1 : 2;
        }
        return details;
    }

    @Override
    public int compareTo(Complexity other) {
        return ORDER.compare(this, other);
    }
}
