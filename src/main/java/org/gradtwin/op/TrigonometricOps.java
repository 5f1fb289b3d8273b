package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Sine and cosine (torch.sin, torch.cos). */
@AutoService(OpFile.class)
public final class TrigonometricOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("sin(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "sin", "cos")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.sin(input)")
                        .primitive()
                        .gradient("grad(input) = grad * cos(input)")
                        .build(),
                Op.of("cos(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "cos", "sin")
                        .kernels(ROUNDED, "mul")
                        .kernels(EXACT, "neg")
                        .twin("torch.cos(input)")
                        .primitive()
                        .gradient("grad(input) = -grad * sin(input)")
                        .build());
    }
}
