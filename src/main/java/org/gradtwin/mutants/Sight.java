package org.gradtwin.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The conditions that are so where an application gives something to an operand, or its value. */
final class Sight {
    private static final List<Integer> SIZES = List.of(8, 25, 32, 64, 256, 1024);
    private static final int RANKS = 5;
    private static final String HOLDS = "holds ";
    private static final String COTANGENT = "cotangent ";
    private static final String ONE_HOT = COTANGENT + "one-hot";
    private static final String ONES = COTANGENT + "ones";
    private static final String ONE_ELEMENT = "one element";
    private static final String COMPUTED = "computed";
    private static final String TWICE = "one operand twice";
    private static final String SECOND_USE = "used before";
    private static final String SECOND_CALL = "second call";
    private static final String BROADCAST = "broadcast";
    private static final String TRANSPOSED = "transposed";
    private static final String STRIDED = "strided";
    private static final String EXPANDED = "expanded";

    private final Application made;
    private final int operand;
    private final Set<String> words;

    /** What an application sees of an operand; of its first one where that is −1, the value. */
    Sight(Application made, int operand, Set<String> calls) {
        this.made = made;
        this.operand = operand;
        words = new HashSet<>(calls);
        Tensor given = operand < 0 ? made.result() : node(operand).tensor;
        size(given);
        if (!made.operands.isEmpty() && made.operands.get(Math.max(operand, 0)) != null) {
            layout(Math.max(operand, 0));
            Tensor numbers = node(Math.max(operand, 0)).tensor;
            for (Special special : Special.values()) {
                if (numbers.dtype().isFloating() && holds(numbers, special)) {
                    words.add(HOLDS + special);
                }
            }
        }
        double[] cotangent = made.cotangent;
        if (operand >= 0 && cotangent != null) {
            cotangent(cotangent);
        }
    }

    static Set<String> layouts(Op op) {
        Set<String> words =
                new LinkedHashSet<>(List.of(TRANSPOSED, STRIDED, EXPANDED, COMPUTED, SECOND_USE, SECOND_CALL));
        if (op.broadcasts()) {
            words.add(BROADCAST);
        }
        if (op.signature().operands().size() > 1) {
            words.add(TWICE);
        }
        return words;
    }

    static Set<String> sizes() {
        Set<String> words =
                SIZES.stream().map(size -> "more than " + size).collect(Collectors.toCollection(LinkedHashSet::new));
        words.add(ONE_ELEMENT);
        return words;
    }

    static Set<String> ranks() {
        return IntStream.range(0, RANKS)
                .mapToObj(rank -> "rank " + rank)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static Set<String> numbers() {
        return Arrays.stream(Special.values())
                .map(special -> HOLDS + special)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static Set<String> cotangents() {
        Set<String> words = Arrays.stream(Special.values())
                .map(special -> COTANGENT + special)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        words.add(ONE_HOT);
        words.add(ONES);
        return words;
    }

    /** How an application calls its op, the same for all of its operands. */
    static Set<String> calls(Application made) {
        List<@Nullable Expr> operands = new ArrayList<>();
        for (TapeValue node : made.operands) {
            // A number arrives as such a leaf.
            boolean number = node != null
                    && node.maker == null
                    && !node.requiresGrad
                    && node.tensor.shape().rank() == 0;
            operands.add(node == null ? null : number ? new Expr.Number(0, false) : new Expr.Name("x"));
        }
        if (made.op.signature().attributes().stream().anyMatch(parameter -> !made.attributes.has(parameter.name()))) {
            return Set.of();
        }
        Set<String> words = new HashSet<>(Features.of(new Expr.Apply(made.op, operands, made.attributes, 1)));
        for (Parameter parameter : made.op.signature().attributes()) {
            Object value = made.attributes.get(parameter.name());
            if (value != null) {
                words.add(parameter.name() + "=" + text(value));
            }
        }
        return words;
    }

    /** The same for 1 and 1.0. */
    static String text(Object value) {
        return value instanceof String text
                ? "'" + text + "'"
                : value instanceof Number number && number.doubleValue() == Math.rint(number.doubleValue())
                        ? Long.toString(number.longValue())
                        : value.toString();
    }

    boolean is(Mutant mutant) {
        return mutant.conditions().stream().allMatch(condition -> words.contains(condition.words()));
    }

    /** The elements at which the operand is as a condition about numbers says. */
    boolean[] there(Mutant mutant) {
        if (mutant.damage() != Damage.THERE) {
            return new boolean[0];
        }
        Tensor numbers = node(Math.max(operand, 0)).tensor;
        Special special = Arrays.stream(Special.values())
                .filter(each -> mutant.conditions().get(0).words().equals(HOLDS + each))
                .findFirst()
                .orElseThrow();
        if (operand < 0 && !numbers.shape().equals(made.result().shape())) {
            return new boolean[0];
        }
        boolean[] there = new boolean[numbers.size()];
        for (int i = 0; i < there.length; i++) {
            there[i] = special.is(numbers.get(i));
        }
        return there;
    }

    private TapeValue node(int position) {
        TapeValue node = made.operands.get(position);
        if (node == null) {
            throw new IllegalArgumentException("operand " + position + " is missing");
        }
        return node;
    }

    private void size(Tensor tensor) {
        SIZES.stream().filter(size -> tensor.size() > size).forEach(size -> words.add("more than " + size));
        if (tensor.size() == 1) {
            words.add(ONE_ELEMENT);
        }
        words.add("rank " + tensor.shape().rank());
    }

    private void layout(int position) {
        TapeValue node = node(position);
        if (made.operands.stream().filter(other -> other == node).count() > 1) {
            words.add(TWICE);
        }
        if (made.usesBefore[position] > 0) {
            words.add(SECOND_USE);
        }
        if (made.callsBefore > 0) {
            words.add(SECOND_CALL);
        }
        if (made.op.broadcasts() && !node.tensor.shape().equals(made.result().shape())) {
            words.add(BROADCAST);
        }
        if (node.maker != null) {
            words.add(view(node.maker));
        }
    }

    /** How a value lies that an op may only have moved. */
    private static String view(Application maker) {
        if (!maker.op.isSelection()) {
            return COMPUTED;
        }
        List<@Nullable Tensor> values = new ArrayList<>();
        maker.operands.forEach(node -> values.add(node == null ? null : node.tensor));
        int[] sources = maker.op.movement().positions(maker.call(), values);
        boolean rises = true;
        boolean gaps = false;
        for (int i = 1; i < sources.length; i++) {
            rises &= sources[i] > sources[i - 1];
            gaps |= sources[i] != sources[i - 1] + 1;
        }
        return Arrays.stream(sources).distinct().count() < sources.length
                ? EXPANDED
                : !rises ? TRANSPOSED : gaps ? STRIDED : COMPUTED;
    }

    private static boolean holds(Tensor tensor, Special special) {
        for (int i = 0; i < tensor.size(); i++) {
            if (special.is(tensor.get(i))) {
                return true;
            }
        }
        return false;
    }

    private void cotangent(double[] cotangent) {
        for (Special special : Special.values()) {
            if (Arrays.stream(cotangent).anyMatch(special::is)) {
                words.add(COTANGENT + special);
            }
        }
        if (cotangent.length > 1 && Arrays.stream(cotangent).filter(g -> g != 0).count() == 1) {
            words.add(ONE_HOT);
        }
        if (Arrays.stream(cotangent).allMatch(g -> g == 1)) {
            words.add(ONES);
        }
    }
}
