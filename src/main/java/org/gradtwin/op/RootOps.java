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
                        .convention("at -0.0", "gradient as at 0.0", """
f = sqrt(input + 0)
value = -(where(input == 0, -detach(input), 0) - f)
""")
                        .convention("at -inf", "gradient 0", """
kink = input == float('-inf')
value = where(kink, float('nan'), sqrt(where(kink, 1, input)))
""")
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
                        .convention("at -0.0", "gradient as at 0.0", """
kink = input == 0
value = where(kink, detach(rsqrt(input)) - sqrt(where(kink, input + 0, 1)), rsqrt(where(kink, 1, input)))
""")
                        .build());
    }
}
