package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
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
    private static final String TWICE = "one operand twice";

    /** The layouts in which an op may be given its operands: leaves, what is computed, and what another op only moved, as a transpose. */
    public static Set<String> layouts(Op op) {
        Set<String> layouts = new LinkedHashSet<>();
        if (!op.signature().operands().isEmpty()) {
            layouts.addAll(List.of("leaf", "computed", "moved"));
        }
        if (op.broadcasts()) {
            layouts.add(TWICE);
        }
        return layouts;
    }

    /** The cells of a program, as text. */
    static SortedSet<String> of(Task task) {
        SortedSet<String> cells = new TreeSet<>();
        Given given = new Given(task);
        task.program().statements().forEach(statement -> given.collect(statement.expr(), cells));
        return cells;
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

    /** What is known of the values of a program before it runs. */
    private static final class Given {
        private final Map<String, Type> types;
        private final Map<String, Expr> made = new HashMap<>();

        Given(Task task) {
            types = task.types(DType.FLOAT64);
            for (Statement statement : task.program().statements()) {
                made.put(statement.name(), statement.expr());
            }
        }

        void collect(@Nullable Expr expr, Set<String> cells) {
            if (!(expr instanceof Apply apply)) {
                return;
            }
            List<Shape> shapes = new ArrayList<>();
            Set<Expr> seen = new HashSet<>();
            Set<String> layout = new TreeSet<>();
            for (Expr operand : apply.operands()) {
                collect(operand, cells);
                Type type = type(operand);
                if (type != null && !(operand instanceof Expr.Number)) {
                    shapes.add(type.shape());
                    layout.add(seen.add(operand) ? layout(operand) : TWICE);
                }
            }
            Set<String> shape = Operands.shapes(apply.op(), shapes);
            if (shapes.stream().allMatch(each -> each.size() == 1)) {
                shape.add("one element");
            }
            Set<String> features = Features.of(apply);
            for (String feature : features.isEmpty() ? Set.of("") : features) {
                cells.add(new Cell(apply.op().id(), feature, String.join(", ", shape), String.join(", ", layout))
                        .toString());
            }
        }

        private String layout(Expr operand) {
            Expr expr = operand instanceof Name name ? made.get(name.name()) : operand;
            return expr == null
                    ? "leaf"
                    : expr instanceof Apply apply && apply.op().group() == Group.SHAPE ? "moved" : "computed";
        }

        private @Nullable Type type(@Nullable Expr expr) {
            if (expr instanceof Name name) {
                return types.get(name.name());
            }
            if (expr instanceof Apply apply) {
                List<@Nullable Type> operands = new ArrayList<>();
                apply.operands().forEach(operand -> operands.add(type(operand)));
                return apply.op().type(operands, apply.attributes(), DType.FLOAT64);
            }
            return expr == null ? null : new Type(DType.FLOAT64, Shape.SCALAR, false);
        }
    }
}
