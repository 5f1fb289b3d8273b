package org.gradtwin.language;

import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Where an op is real-valued and finite: what each element of one operand must be, with a margin in which gradients are moderate. */
public enum Domain {
    /** Every real number. */
    ALL("all reals", false, x -> true),
    /** Reals other than zero in the last operand. */
    NONZERO("x ≠ 0", true, x -> Math.abs(x) >= 0.125),
    /** Zero and above. */
    NON_NEGATIVE("x ≥ 0", false, x -> x >= 0.125),
    /** Above zero. */
    POSITIVE("x > 0", false, x -> x >= 0.125),
    /** Above zero in the last operand. */
    POSITIVE_LAST("x > 0", true, x -> x >= 0.125),
    /** Above one. */
    ABOVE_ONE("x > 1", false, x -> x >= 1.125),
    /** Above minus one. */
    ABOVE_MINUS_ONE("x > −1", false, x -> x >= -0.875),
    /** Between minus one and one. */
    WITHIN_ONE("|x| < 1", false, x -> Math.abs(x) <= 0.875),
    /** From zero to one, as probabilities are. */
    PROBABILITY("0 ≤ x ≤ 1", false, x -> x >= 0.125 && x <= 0.875),
    /** One of two signs. */
    SIGN("−1 or 1", false, x -> Math.abs(x) == 1);

    private final String words;
    private final boolean last;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final DoublePredicate inside;

    @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
    private final double[] multiples;

    Domain(String words, boolean last, DoublePredicate inside) {
        this.words = words;
        this.last = last;
        this.inside = inside;
        this.multiples = IntStream.rangeClosed(-512, 512)
                .mapToDouble(i -> i / 256.0)
                .filter(inside)
                .toArray();
    }

    /** The domain for a reader. */
    public String words() {
        return words;
    }

    /** Whether it is about the last operand, not the first. */
    public boolean ofLast() {
        return last;
    }

    /** Whether a number is inside, and not within the margin. */
    public boolean holds(double x) {
        return inside.test(x);
    }

    /**
     * One of the multiples of 1/256 within [−2, 2] that are inside.
     *
     * @param chosen a number below another
     */
    public double pick(IntUnaryOperator chosen) {
        return multiples[chosen.applyAsInt(multiples.length)];
    }

    /** Whether an element of the operand that the domain is about is not so. */
    boolean isOutside(List<@Nullable Tensor> operands, Attributes attributes) {
        Tensor tensor = operands.get(last ? operands.size() - 1 : 0);
        for (int i = 0; tensor != null && i < tensor.size(); i++) {
            if (!holds(tensor.get(i))) {
                return true;
            }
        }
        return false;
    }
}
