package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Grad;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Features;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Operands;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A cell of what programs cover: one way to call an op, on operands of some shapes and layout. All in words, joined by commas where they
 * are several.
 *
 * @param op the op's name
 * @param feature a value of an attribute or a kind of operand, see {@link Features}
 * @param shape the dimensions, and whether something is broadcast or has no or one element, see {@link Operands}
 * @param layout where the operands come from, see {@link #layouts}
 */
public record Cell(String op, String feature, String shape, String layout) {
    private static final String SEPARATOR = " | ";
    private static final String LEAF = "leaf";
    private static final String COMPUTED = "computed";
    private static final String MOVED = "moved";
    private static final String TWICE = "one operand twice";

    /** The layouts in which an op may be given its operands: leaves, what is computed, and what another op only moved, as a transpose. */
    public static Set<String> layouts(Op op) {
        Set<String> layouts = new LinkedHashSet<>();
        if (!op.signature().operands().isEmpty()) {
            layouts.addAll(List.of(LEAF, COMPUTED, MOVED));
        }
        if (op.broadcasts()) {
            layouts.add(TWICE);
        }
        return layouts;
    }

    /** The cells of a program, as text. */
    static SortedSet<String> of(Task task) {
        return new Walk(task).cells;
    }

    /** Reads what {@link #toString} wrote. */
    public static Cell of(String text) {
        String[] parts = text.split(" \\| ", -1);
        return new Cell(parts[0], parts[1], parts[2], parts[3]);
    }

    @Override
    public String toString() {
        return String.join(SEPARATOR, op, feature, shape, layout);
    }

    /** A walk through a program, with the type and the layout of every name so far. */
    private static final class Walk {
        private final SortedSet<String> cells = new TreeSet<>();
        private final Map<String, Type> types = new HashMap<>();
        private final Map<String, String> layouts = new HashMap<>();

        Walk(Task task) {
            task.inputs().forEach((name, input) -> {
                types.put(name, input.type(DType.FLOAT64));
                layouts.put(name, LEAF);
            });
            for (Statement statement : task.program().statements()) {
                types.put(statement.name(), type(statement.expr()));
                layouts.put(statement.name(), layout(statement.expr()));
            }
        }

        private Type type(Expr expr) {
            if (expr instanceof Name name) {
                return Objects.requireNonNull(types.get(name.name()));
            }
            if (expr instanceof Grad grad) {
                return type(grad.by());
            }
            if (!(expr instanceof Apply apply)) {
                return new Type(DType.FLOAT64, Shape.SCALAR, false);
            }
            List<@Nullable Type> operands = new ArrayList<>();
            List<Shape> shapes = new ArrayList<>();
            Set<Expr> seen = new HashSet<>();
            Set<String> layout = new TreeSet<>();
            for (Expr operand : apply.operands()) {
                Type type = operand == null ? null : type(operand);
                operands.add(type);
                if (type != null && !(operand instanceof Expr.Number)) {
                    shapes.add(type.shape());
                    layout.add(seen.add(operand) ? layout(operand) : TWICE);
                }
            }
            add(apply, shapes, String.join(", ", layout));
            return apply.op().type(operands, apply.attributes(), DType.FLOAT64);
        }

        private void add(Apply apply, List<Shape> shapes, String layout) {
            Set<String> shape = Operands.shapes(apply.op(), shapes);
            if (shapes.stream().allMatch(each -> each.size() == 1)) {
                shape.add("one element");
            }
            Set<String> features = Features.of(apply);
            for (String feature : features.isEmpty() ? Set.of("") : features) {
                cells.add(new Cell(apply.op().id(), feature, String.join(", ", shape), layout).toString());
            }
        }

        private String layout(@Nullable Expr expr) {
            return expr instanceof Name name
                    ? layouts.getOrDefault(name.name(), LEAF)
                    : expr instanceof Apply apply && apply.op().group() == Group.SHAPE ? MOVED : COMPUTED;
        }
    }
}
