package org.gradtwin.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A define-by-run engine with at most one fault. Without a fault it is right: ops are the matrix engine's one by one, the
 * sweep and the accumulation are its own.
 */
final class FaultyEngine implements Engine {
    private final String name;
    private final Accumulation accumulation;
    private final Map<Op, Rule> rules;

    /** What earlier graphs have left behind, by form and position; only faults read it. */
    final Map<String, double @Nullable [][]> memory = new HashMap<>();

    private FaultyEngine(String name, Accumulation accumulation, Map<Op, Rule> rules) {
        this.name = name;
        this.accumulation = accumulation;
        this.rules = rules;
    }

    /** An engine without a fault. */
    static FaultyEngine right() {
        return with(Rule.RIGHT, Set.of());
    }

    /** An engine that does some ops by a rule of their own. */
    static FaultyEngine with(Rule rule, Set<Op> ops) {
        return with("faultless", all(rule, ops));
    }

    /** An engine of a name that does each of some ops by a rule of its own. */
    static FaultyEngine with(String name, Map<Op, Rule> rules) {
        return new FaultyEngine(name, Accumulation.SUM, rules);
    }

    /** An engine with one fault. */
    static FaultyEngine with(Fault fault) {
        return new FaultyEngine(fault.name(), fault.accumulation(), all(fault.rule(), fault.ops()));
    }

    private static Map<Op, Rule> all(Rule rule, Set<Op> ops) {
        return ops.stream().collect(Collectors.toMap(op -> op, op -> rule));
    }

    Accumulation accumulation() {
        return accumulation;
    }

    /** Whether the fault is about an op. */
    boolean touches(Op op) {
        return rules.containsKey(op);
    }

    /** How an op is done. */
    Rule rule(Op op) {
        return rules.getOrDefault(op, Rule.RIGHT);
    }

    @Override
    public String name() {
        return name;
    }

    /** So that an answer of its own at a kink is a fault. */
    @Override
    public boolean claimsPyTorch() {
        return true;
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new FaultyGraph(this, dtype);
    }
}
