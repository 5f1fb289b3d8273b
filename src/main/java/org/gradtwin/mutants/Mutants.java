package org.gradtwin.mutants;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Parameter.Kind;
import org.gradtwin.language.Restriction;
import org.gradtwin.language.Scatter;

/**
 * The mutants of an op, from its file: for its value, and for the gradient of each operand that has one, each condition by itself, and as
 * many pairs, drawn by a seed that is the op's name.
 */
public final class Mutants {
    /** Operands that may have a gradient. */
    private static final Set<Kind> FLOATING = EnumSet.of(
            Kind.TENSOR, Kind.ANY, Kind.TENSOR_OR_NUMBER, Kind.TENSORS, Kind.INDICES_OR_TENSOR, Kind.MASK_OR_TENSOR);

    /** Numbers of which an attribute may be one. */
    private static final List<String> NUMBERS = List.of("-2", "-1", "0", "1", "2", "3");

    private Mutants() {}

    /** Those of all ops in a row: a mutant has a number, which is the same in every process. */
    private static final class Row {
        static final List<Mutant> ALL = new ArrayList<>();
        static final Map<Op, Integer> FIRST = new HashMap<>();

        static {
            // What differentiation alone makes of ops that move elements has mutants too.
            Stream.concat(Ops.all().stream(), Stream.of(Scatter.OP, Scatter.BACK))
                    .forEach(op -> {
                        FIRST.put(op, ALL.size());
                        ALL.addAll(of(op));
                    });
        }
    }

    /** The mutant of a number. */
    public static Mutant of(int number) {
        return Row.ALL.get(number);
    }

    /** The numbers of all mutants of an op. */
    static IntStream numbers(Op op) {
        int first = Objects.requireNonNull(Row.FIRST.get(op), op.id());
        return IntStream.range(first, Row.ALL.size())
                .takeWhile(number -> of(number).op() == op);
    }

    /** All mutants of an op. */
    public static List<Mutant> of(Op op) {
        List<String> slots = new ArrayList<>(List.of(""));
        if (op.isDifferentiable()) {
            op.signature().operands().stream()
                    .filter(parameter -> FLOATING.contains(parameter.kind()))
                    .map(Parameter::name)
                    .filter(name -> !op.restricted(Restriction.CONSTANT).contains(name))
                    .forEach(slots::add);
        }
        List<Mutant> mutants = new ArrayList<>();
        for (String slot : slots) {
            add(op, slot, mutants);
        }
        return mutants;
    }

    private static void add(Op op, String slot, List<Mutant> mutants) {
        for (Damage damage : List.of(Damage.SCALED, Damage.LOST, Damage.FIRST, Damage.LAST)) {
            mutants.add(new Mutant(op, slot, List.of(), damage));
        }
        List<Condition> conditions = conditions(op, slot);
        int singles = 0;
        for (Condition condition : conditions) {
            for (Damage damage : damages(condition.kind())) {
                mutants.add(new Mutant(op, slot, List.of(condition), damage));
                singles++;
            }
        }
        List<List<Condition>> pairs = new ArrayList<>();
        for (int i = 0; i < conditions.size(); i++) {
            for (int j = i + 1; j < conditions.size(); j++) {
                if (conditions.get(i).kind() != conditions.get(j).kind()
                        || conditions.get(i).kind() == Condition.Kind.LAYOUT) {
                    pairs.add(List.of(conditions.get(i), conditions.get(j)));
                }
            }
        }
        Collections.shuffle(pairs, new Random((op.id() + slot).hashCode()));
        pairs.stream().limit(singles).forEach(pair -> mutants.add(new Mutant(op, slot, pair, Damage.SCALED)));
    }

    private static List<Damage> damages(Condition.Kind kind) {
        return switch (kind) {
            case SIZE -> List.of(Damage.SCALED, Damage.FIRST, Damage.LAST);
            case NUMBER -> List.of(Damage.SCALED, Damage.THERE);
            case COTANGENT -> List.of(Damage.SCALED, Damage.LOST);
            default -> List.of(Damage.SCALED, Damage.LAST);
        };
    }

    private static List<Condition> conditions(Op op, String slot) {
        List<Condition> conditions = new ArrayList<>();
        calls(op).forEach(words -> conditions.add(new Condition(Condition.Kind.CALL, words)));
        boolean operands = !op.signature().operands().isEmpty();
        if (operands) {
            Sight.layouts(op).forEach(words -> conditions.add(new Condition(Condition.Kind.LAYOUT, words)));
        }
        Sight.sizes().forEach(words -> conditions.add(new Condition(Condition.Kind.SIZE, words)));
        Sight.ranks().forEach(words -> conditions.add(new Condition(Condition.Kind.RANK, words)));
        if (operands) {
            Sight.numbers().forEach(words -> conditions.add(new Condition(Condition.Kind.NUMBER, words)));
        }
        if (!slot.isEmpty()) {
            Sight.cotangents().forEach(words -> conditions.add(new Condition(Condition.Kind.COTANGENT, words)));
        }
        return conditions;
    }

    /** The ways to call it, and values of its attributes: those that its file draws, and small numbers. */
    private static Set<String> calls(Op op) {
        Set<String> words = new LinkedHashSet<>(Features.of(op));
        op.signature().attributes().forEach(parameter -> {
            Set<String> values = new TreeSet<>();
            if (parameter.kind() == Kind.TEXT) {
                op.texts(parameter).forEach(text -> values.add("'" + text + "'"));
            } else if (parameter.kind() != Kind.BOOL && !op.isSubscript()) {
                values.addAll(NUMBERS);
            }
            op.samples().stream()
                    .flatMap(sample -> Stream.ofNullable(sample.attributes().get(parameter.name())))
                    .forEach(value -> values.add(Sight.text(value)));
            values.forEach(value -> words.add(parameter.name() + "=" + value));
        });
        return words;
    }
}
