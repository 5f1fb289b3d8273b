package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** x·ln y, and 0 for x = 0 whatever y is but NaN (torch.xlogy). */
@AutoService(OpFile.class)
public final class XlogyOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("xlogy(input: tensor_or_number, other: tensor_or_number)")
                .group(ELEMENTWISE)
                .broadcasts()
                .domain(Domain.POSITIVE_LAST)
                .kinks("input 0: value 0; its gradient there is 0 too where other ≤ 0")
                .undefined(
                        "an other without a finite logarithm: PyTorch's gradient is 0 where nothing flows back",
                        (operands, attributes) -> Near.any(operands.get(1), y -> y <= 0 || Double.isInfinite(y)))
                .undefined("a subnormal number: 1 ÷ it overflows", Near.SUBNORMAL)
                .kernels(ELEMENTARY, "xlogy")
                .kernels(ROUNDED, "mul", "div")
                .kernels(EXACT, "le", "eq", "bitwise_and", "masked_fill")
                .kernels(TERMS, "sum")
                .twin("torch.xlogy(input, other)")
                .pointwise(
                        x -> x[0] == 0 && !Double.isNaN(x[1]) ? 0 : x[0] * Math.log(x[1]),
                        (x, y) -> x[0] == 0 && x[1] <= 0 ? 0 : Math.log(x[1]),
                        (x, y) -> x[0] / x[1])
                .gradient("""
                        none = (input == 0) & (other <= 0)
                        grad(input) = where(none, 0, grad * log(where(none, 1, other)))
                        grad(other) = grad * input / other
                        """)
                .build());
    }
}
