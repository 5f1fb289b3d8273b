package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The standard deviation over dimensions, the root of the variance (torch.std). */
@AutoService(OpFile.class)
public final class StdOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("std(input, dim: dims = None, *, correction: number = 1, keepdim: bool = False)")
                .alias("std(input, dim: dims = None, unbiased: bool = True, keepdim: bool = False)")
                .group(REDUCTIONS)
                .shape(Rules::reduced)
                .kinks(
                        "deviation 0: gradient 0; as many elements as the correction: NaN or inf, as IEEE divides",
                        Near.CONSTANT)
                .convention("deviation 0", "gradient NaN", """
                        value = sqrt(var(input, dim=dim, correction=correction, keepdim=keepdim))
                        """)
                .undefined(Near.SQUARES, Near.SQUARE_LEAVES_RANGE)
                .kernels(STEPS, "std")
                .kernels(ROUNDED, "sub", "mul", "div")
                .kernels(TERMS, "mean")
                .kernels(EXACT, "eq", "masked_fill")
                .twin("torch.std(input, dim, correction=correction, keepdim=keepdim)")
                .definition("""
v = var(input, dim=dim, correction=correction, keepdim=keepdim)
value = where(v == 0, 0, sqrt(where(v == 0, 1, v)))
""")
                .build());
    }
}
