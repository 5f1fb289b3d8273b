package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Sample;

/**
 * Two ways in which a program is to call its op, each with another parameter: what does not often fit together by chance is tried until
 * it does.
 *
 * @param op the op
 * @param ways what {@link Features} calls them
 */
record Wanted(Op op, List<Way> ways) {
    /** How often a value is drawn for an attribute that is to be given in some way. */
    private static final int DRAWS = 20;

    private static final Map<Op, List<Wanted>> ALL = new ConcurrentHashMap<>();

    /** A way to give a parameter: a value of an attribute, or an optional operand or none. */
    record Way(Parameter parameter, String words) {
        private boolean isIn(Op op, Sample sample) {
            if (!parameter.kind().isOperand()) {
                return Features.of(parameter, sample.attributes()).contains(words);
            }
            boolean given = sample.shapes().get(op.signature().operands().indexOf(parameter)) != null;
            return words.endsWith("=None") != given;
        }
    }

    /** No way in particular. */
    static Wanted nothing(Op op) {
        return new Wanted(op, List.of());
    }

    /** Two ways, whichever. */
    static Wanted any(Op op, Draws draws) {
        List<Wanted> pairs = ALL.computeIfAbsent(op, Wanted::all);
        return pairs.isEmpty() ? nothing(op) : draws.pick(pairs);
    }

    /** Every two ways, of an op whose calls are given as samples. */
    static List<Wanted> all(Op op) {
        List<Way> ways = new ArrayList<>();
        if (!op.samples().isEmpty()) {
            op.signature().parameters().stream()
                    .filter(parameter -> varies(op, parameter))
                    .forEach(parameter ->
                            Features.of(op, parameter).forEach(words -> ways.add(new Way(parameter, words))));
        }
        List<Wanted> pairs = new ArrayList<>();
        for (Way one : ways) {
            ways.stream()
                    .filter(other -> ways.indexOf(one) < ways.indexOf(other)
                            && !one.parameter().equals(other.parameter()))
                    .forEach(other -> pairs.add(new Wanted(op, List.of(one, other))));
        }
        return pairs;
    }

    private static boolean varies(Op op, Parameter parameter) {
        boolean tuple = op.signature().operands().stream()
                .anyMatch(operand -> operand.kind().isTuple());
        return parameter.kind().isOperand()
                ? parameter.optional() && !tuple
                : !Features.of(op, parameter).isEmpty();
    }

    /** A sample of the op, often one that is called so in as many ways as any, made so in the others if some draws bring that about. */
    Sample sample(Draws draws) {
        long most = op.samples().stream().mapToLong(this::count).max().orElseThrow();
        boolean any = draws.chance(0.3);
        Sample sample = draws.pick(
                op.samples().stream().filter(one -> any || count(one) == most).toList());
        for (Way way : ways) {
            for (int i = 0; i < DRAWS && !way.isIn(op, sample); i++) {
                sample = draws.varied(op, sample, way.parameter());
            }
        }
        return sample;
    }

    /** Whether an application calls its op so. */
    boolean isMet(Apply apply) {
        return ways.isEmpty() || Features.of(apply).containsAll(words());
    }

    private List<String> words() {
        return ways.stream().map(Way::words).toList();
    }

    @Override
    public String toString() {
        return op.id() + ": " + String.join(", ", words());
    }

    private long count(Sample sample) {
        return ways.stream().filter(way -> way.isIn(op, sample)).count();
    }
}
