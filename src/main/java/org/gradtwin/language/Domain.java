package org.gradtwin.language;

import java.util.List;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The values at which an op is real and finite. The condition holds for each element of the first operand; {@link #NONZERO} holds for the last one. */
public enum Domain {
    /** Every real number. */
    ALL("all reals", Double.NEGATIVE_INFINITY),
    /** Reals other than zero in the last operand. */
    NONZERO("x ≠ 0", Double.NEGATIVE_INFINITY),
    /** Zero and above. */
    NON_NEGATIVE("x ≥ 0", 0),
    /** Above zero. */
    POSITIVE("x > 0", 0),
    /** Above minus one. */
    ABOVE_MINUS_ONE("x > −1", -1);

    /** Where gradients are still moderate. */
    private static final double MARGIN = 1.0 / 8;

    private final String words;
    private final double low;

    Domain(String words, double low) {
        this.words = words;
        this.low = low;
    }

    /** The domain for a reader. */
    public String words() {
        return words;
    }

    /** Whether an element of the operand that the domain is about is outside of it, or in it but nearer than ⅛ to its border. */
    boolean isOutside(List<@Nullable Tensor> operands, Attributes attributes) {
        if (this == ALL) {
            return false;
        }
        Tensor tensor = operands.get(this == NONZERO ? operands.size() - 1 : 0);
        for (int i = 0; tensor != null && i < tensor.size(); i++) {
            double x = tensor.get(i);
            if (this == NONZERO ? Math.abs(x) < MARGIN : x < low + MARGIN) {
                return true;
            }
        }
        return false;
    }
}
