package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.matrix.kernel.Elementary;

/** 1 − erf(x), small numbers too (torch.erfc). */
@AutoService(OpFile.class)
public final class ErfcOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Rules.elementwise("erfc")
                .ofFiniteCotangents("an infinite one: exp(−x²) is 0 in float32 where it is not in float64")
                .kernels(ELEMENTARY, "erfc", "exp", "pow")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "neg")
                .pointwise(x -> Elementary.erfc(x[0]), (x, y) -> -2 / Math.sqrt(Math.PI) * Math.exp(-x[0] * x[0]))
                .gradient("grad(input) = -1.1283791670955126 * grad * exp(-input * input)")
                .build());
    }
}
