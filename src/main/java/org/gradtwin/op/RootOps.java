package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The square root and its reciprocal (torch.sqrt, torch.rsqrt). */
@AutoService(OpFile.class)
public final class RootOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("sqrt(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .domain(Domain.NON_NEGATIVE)
                        .kinks("at 0: gradient +inf")
                        .kernels(ROUNDED, "sqrt", "div", "mul")
                        .twin("torch.sqrt(input)")
                        .primitive()
                        .gradient("grad(input) = grad / (2 * value)")
                        .build(),
                Op.of("rsqrt(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .domain(Domain.POSITIVE)
                        .kinks("at 0: +inf, gradient −inf")
                        .kernels(ELEMENTARY, "rsqrt", "pow")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.rsqrt(input)")
                        .definition("""
value = 1 / sqrt(input)
""")
                        .build());
    }
}
