package org.gradtwin.language;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The operands at which there is no one answer: right engines, and versions of PyTorch, differ there. Random programs have none of them.
 *
 * @param reasons why, in words; empty if there is one answer everywhere
 * @param test whether operands are such
 * @param views whether views may stand for operands in random programs of the op alone
 * @param cotangents whether there is one answer to a cotangent that is not finite
 */
public record Unanswered(List<String> reasons, ValueTest test, boolean views, boolean cotangents) {
    static final Unanswered NOWHERE = new Unanswered(List.of(), (operands, attributes) -> false, true, true);

    /** An immutable copy. */
    public Unanswered {
        reasons = List.copyOf(reasons);
    }

    /** Whether there is no one answer at these operands. */
    public boolean at(List<@Nullable Tensor> operands, Attributes attributes) {
        return test.holds(operands, attributes);
    }

    /** Whether there is none at these operands in float64, or at what they are in float32: what is subnormal there ties, or is 0. */
    public boolean inAnyType(List<@Nullable Tensor> operands, Attributes attributes) {
        List<@Nullable Tensor> rounded = new ArrayList<>();
        for (Tensor operand : operands) {
            rounded.add(
                    operand == null || !operand.dtype().isFloating()
                            ? operand
                            : operand.to(DType.FLOAT32).to(DType.FLOAT64));
        }
        return at(operands, attributes) || at(rounded, attributes);
    }

    Unanswered and(String because, ValueTest other) {
        return new Unanswered(
                with(because),
                (operands, attributes) -> at(operands, attributes) || other.holds(operands, attributes),
                views,
                cotangents);
    }

    Unanswered unviewed(String because) {
        return new Unanswered(with(because), test, false, cotangents);
    }

    Unanswered ofFiniteCotangents(String because) {
        return new Unanswered(with(because), test, views, false);
    }

    private List<String> with(String because) {
        if (reasons.contains(because)) {
            return reasons;
        }
        List<String> more = new ArrayList<>(reasons);
        more.add(because);
        return more;
    }
}
