package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Group;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * How much it is to evaluate an application element by element: numbers on the way, those of definitions of definitions too. Where
 * operands are long in several dimensions that is hundreds of times what it is for most, and such a program shows no more than one of a
 * tenth of its size.
 */
final class Work {
    private static final long MOST = 100_000;

    /** So many elements are never too much: definitions take the square of them at most. */
    private static final int FEW = 300;

    /** So many places, more or less, are named by the indices that are drawn. */
    private static final int PLACES = 4;

    private Work() {}

    /**
     * Whether an application is too much of it.
     *
     * @throws IllegalArgumentException if an op refuses it
     */
    static boolean isTooMuch(Call call) {
        return sizes(call.operands()) > FEW && of(call) > MOST;
    }

    private static long of(Call call) {
        long operands = sizes(call.operands());
        Shape result = call.op().shape(call.operands(), call.attributes());
        if (call.op().procedure().isPresent()) {
            return operands * result.size();
        }
        if (call.op().isAddition()) {
            // One round for each time that a place is named, and indices name few.
            return operands * result.size() / PLACES;
        }
        if (!call.op().hasDefinition()) {
            return result.size() + (call.op().group() == Group.SCANS ? operands * longest(result) : operands);
        }
        Program program = call.op().definition(call);
        Map<String, Type> types = new HashMap<>(call.named());
        long work = 0;
        for (Statement statement : program.statements()) {
            if (work > MOST) {
                return work;
            }
            work += of(statement.expr(), types);
            types.put(statement.name(), type(statement.expr(), types));
        }
        return work;
    }

    private static long of(@Nullable Expr expr, Map<String, Type> types) {
        if (!(expr instanceof Apply apply)) {
            return 0;
        }
        long work = of(call(apply, types));
        for (Expr operand : apply.operands()) {
            work += of(operand, types);
        }
        return work;
    }

    private static Call call(Apply apply, Map<String, Type> types) {
        List<@Nullable Type> operands = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            operands.add(operand == null ? null : type(operand, types));
        }
        return new Call(apply.op(), operands, apply.attributes());
    }

    private static Type type(Expr expr, Map<String, Type> types) {
        if (expr instanceof Name name) {
            return Objects.requireNonNull(types.get(name.name()));
        }
        return expr instanceof Apply apply
                ? apply.op().type(call(apply, types).operands(), apply.attributes(), DType.FLOAT64)
                : new Type(DType.FLOAT64, Shape.SCALAR, false);
    }

    private static long sizes(List<@Nullable Type> types) {
        return types.stream()
                .mapToLong(type -> type == null ? 0 : type.shape().size())
                .sum();
    }

    private static long longest(Shape shape) {
        int longest = 1;
        for (int size : shape.dims()) {
            longest = Math.max(longest, size);
        }
        return longest;
    }
}
