package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;

/** Sums and means over dimensions (torch.sum, torch.mean). */
@AutoService(OpFile.class)
public final class SumOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("sum(input, dim: dims = None, keepdim: bool = False)")
                        .group(REDUCTIONS)
                        .shape(Rules::reduced)
                        .restricts(Restriction.ONLY_WITH_DIM, "keepdim")
                        .kinks("none; empty: 0")
                        .kernels(TERMS, "sum")
                        .kernels(EXACT, "expand")
                        .twin("torch.sum(input, dim, keepdim)")
                        .primitive()
                        .gradient(call -> "grad(input) = " + Rules.kept(call, "grad"))
                        .build(),
                Op.of("mean(input, dim: dims = None, keepdim: bool = False)")
                        .group(REDUCTIONS)
                        .shape(Rules::reduced)
                        .restricts(Restriction.ONLY_WITH_DIM, "keepdim")
                        .kinks("none; empty: NaN")
                        .kernels(TERMS, "mean")
                        .kernels(ROUNDED, "div")
                        .twin("torch.mean(input, dim, keepdim)")
                        .definition(call -> "value = sum(input, dim=dim, keepdim=keepdim) / " + call.reduced())
                        .build());
    }
}
