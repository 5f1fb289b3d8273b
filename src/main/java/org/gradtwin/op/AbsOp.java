package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The absolute value (torch.abs). */
@AutoService(OpFile.class)
public final class AbsOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("abs(input)")
                .alias("absolute(input)")
                .group(ELEMENTWISE)
                .shape(Rules.FIRST)
                .kinks("at 0: gradient 0", Near.ZERO)
                .slopes("at 0", "input == 0", "-1", "1")
                .slopes("at NaN", Rules.NAN, "1", "-1", "float('nan')")
                .kernels(EXACT, "to", "abs", "sgn", "_efficientzerotensor")
                .kernels(ROUNDED, "mul")
                .twin("torch.abs(input)")
                .primitive()
                .gradient("grad(input) = grad * where(input > 0, 1, where(input < 0, -1, 0))")
                .build());
    }
}
