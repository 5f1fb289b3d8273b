package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Budget.ROUNDED;
import static org.gradtwin.language.Op.Budget.TERMS;
import static org.gradtwin.language.Op.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Products over a dimension (torch.prod). */
@AutoService(OpFile.class)
public final class ProdOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("prod(input, dim: int = None, keepdim: bool = False)")
                .group(REDUCTIONS)
                .shape(Rules::reduced)
                .onlyWithDim("keepdim")
                .neverNone("dim")
                .kinks("zeros: the gradient of one zero is the product of the others, with two zeros all are 0")
                .kernels(TERMS, "prod", "cumprod")
                .kernels(EXACT, "flip", "eq", "where", "masked_fill")
                .kernels(ROUNDED, "div", "mul")
                .twin("product(input, dim, keepdim)")
                .primitive()
                .build());
    }
}
