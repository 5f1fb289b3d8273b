package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SCANS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Running sums along a dimension, yᵢ = x₀ + … + xᵢ (torch.cumsum). */
@AutoService(OpFile.class)
public final class CumsumOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("cumsum(input, dim: int)")
                .group(SCANS)
                .shape(Rules::along)
                .kernels(TERMS, "cumsum")
                .kernels(EXACT, "flip")
                .twin("torch.cumsum(input, dim)")
                .primitive()
                .gradient("grad(input) = flip(cumsum(flip(grad, (dim,)), dim), (dim,))")
                .build());
    }
}
