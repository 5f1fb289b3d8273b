package org.gradtwin.language;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * What an op is given, in words: operands of no, one and two dimensions, without elements, broadcast in each direction;
 * numbers at which formulas break.
 */
public final class Operands {
    /** Numbers at which formulas break. */
    private enum Special {
        NAN("NaN", Double::isNaN),
        INFINITY("inf", value -> value == Double.POSITIVE_INFINITY),
        MINUS_INFINITY("-inf", value -> value == Double.NEGATIVE_INFINITY),
        ZERO("0.0", value -> Double.compare(value, 0.0) == 0),
        MINUS_ZERO("-0.0", value -> Double.compare(value, -0.0) == 0),
        SUBNORMAL("a subnormal number", value -> value != 0 && Math.abs(value) < Float.MIN_NORMAL);

        static final Set<Special> NOT_FINITE = EnumSet.of(NAN, INFINITY, MINUS_INFINITY);

        private final String words;

        @SuppressWarnings("ImmutableEnumChecker") // a function without state
        private final DoublePredicate is;

        Special(String words, DoublePredicate is) {
            this.words = words;
            this.is = is;
        }
    }

    private Operands() {}

    /** All that the op ought to be given. */
    public static Set<String> of(Op op) {
        Set<String> wanted = shapes(op);
        special(op).forEach(special -> wanted.add(special.words));
        return wanted;
    }

    /** The shapes among them. */
    public static Set<String> shapes(Op op) {
        Set<String> wanted = new LinkedHashSet<>();
        op.ranks().forEach(dimensions -> wanted.add(words(dimensions)));
        if (!op.signature().operands().isEmpty()) {
            wanted.add("no elements");
        }
        if (broadcastsTwo(op)) {
            wanted.addAll(
                    List.of("the left operand broadcast", "the right operand broadcast", "both operands broadcast"));
        }
        return wanted;
    }

    private static boolean broadcastsTwo(Op op) {
        return op.broadcasts() && op.signature().operands().size() == 2;
    }

    private static Set<Special> special(Op op) {
        return switch (op.group()) {
            case ARITHMETIC, ELEMENTWISE -> EnumSet.allOf(Special.class);
            case CHOICE, SHAPE, LINEAR_ALGEBRA -> EnumSet.noneOf(Special.class);
            default -> Special.NOT_FINITE;
        };
    }

    private static String words(List<Integer> dimensions) {
        return dimensions.stream().map(rank -> rank + "-d").collect(Collectors.joining(" and "));
    }

    /** What an application was given, as far as its operands have names. */
    public static Set<String> of(Apply apply, Function<String, Optional<Tensor>> named) {
        List<Tensor> tensors = new ArrayList<>();
        for (Expr operand : apply.operands()) {
            if (operand instanceof Name name) {
                named.apply(name.name()).ifPresent(tensors::add);
            }
        }
        Set<String> seen =
                shapes(apply.op(), tensors.stream().map(Tensor::shape).toList());
        tensors.forEach(tensor -> numbers(tensor, seen));
        return seen;
    }

    /** What the op was given, by the shapes of its tensors. */
    public static Set<String> shapes(Op op, List<Shape> shapes) {
        Set<String> seen = new LinkedHashSet<>();
        if (shapes.isEmpty()) {
            return seen;
        }
        int counted = op.ranks().get(0).size();
        seen.add(words(shapes.stream().limit(counted).map(Shape::rank).toList()));
        if (shapes.stream().anyMatch(shape -> shape.size() == 0)) {
            seen.add("no elements");
        }
        if (broadcastsTwo(op) && shapes.size() == 2) {
            broadcast(shapes.get(0), shapes.get(1), seen);
        }
        return seen;
    }

    private static void numbers(Tensor tensor, Set<String> seen) {
        for (Special special : Special.values()) {
            for (int i = 0; i < tensor.size(); i++) {
                if (special.is.test(tensor.get(i))) {
                    seen.add(special.words);
                    break;
                }
            }
        }
    }

    private static void broadcast(Shape left, Shape right, Set<String> seen) {
        Shape result = Shape.broadcast(left, right);
        boolean leftGrows = !result.equals(left);
        boolean rightGrows = !result.equals(right);
        if (leftGrows && rightGrows) {
            seen.add("both operands broadcast");
        } else if (leftGrows) {
            seen.add("the left operand broadcast");
        } else if (rightGrows) {
            seen.add("the right operand broadcast");
        }
    }
}
