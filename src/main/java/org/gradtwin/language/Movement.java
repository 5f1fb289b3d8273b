package org.gradtwin.language;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How an op moves elements, if it does nothing else: no engine needs a rule for it.
 *
 * @param kind whether it does, and how
 * @param rule the positions; see {@link #positions}
 * @param readsValues whether the rule goes by the values of the operands, not by their shapes alone
 * @param filling the number in the place of elements that have no source
 */
public record Movement(Kind kind, SourceRule rule, boolean readsValues, ToDoubleFunction<Attributes> filling) {
    /** An op that computes. */
    static final Movement NONE = new Movement(
            Kind.NONE,
            (call, values) -> {
                throw new IllegalStateException("op " + call.op().id() + " lacks a rule for sources or targets");
            },
            false,
            attributes -> 0);

    /** What moves. */
    public enum Kind {
        /** Nothing. */
        NONE,
        /** The elements of the result are elements of the operands, or the fill value. */
        SELECTS,
        /** The elements of the last tensor are added to those of the first. */
        ADDS
    }

    Movement by(Kind other, SourceRule positions, boolean goesByValues) {
        return new Movement(other, positions, goesByValues, filling);
    }

    Movement filledBy(String attribute) {
        return new Movement(
                kind,
                rule,
                readsValues,
                attributes -> attributes.optionalNumber(attribute).orElse(0));
    }

    /**
     * For each element of the result of a selection its source, as {@link SourceRule} says; for each element of the last tensor of an
     * addition the position in the result where it is added, −1 for nowhere.
     */
    public int[] positions(Call call, List<? extends @Nullable Tensor> values) {
        return rule.sources(call, values);
    }

    /** The number in the place of elements that have no source. */
    public double fill(Attributes attributes) {
        return filling.applyAsDouble(attributes);
    }
}
