package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Powers of two, and logarithms to the bases 2 and 10 (torch.exp2, torch.log2, torch.log10). */
@AutoService(OpFile.class)
public final class LogarithmOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("exp2")
                        .kernels(ELEMENTARY, "exp2")
                        .kernels(ROUNDED, "mul")
                        .definition("""
value = 2 ** input
""")
                        .build(),
                Rules.elementwise("log2")
                        .domain(Domain.POSITIVE)
                        .kinks("at 0: −inf, gradient +inf")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ELEMENTARY, "log2")
                        .kernels(ROUNDED, "mul", "div")
                        .definition("""
value = log(input) / 0.6931471805599453
""")
                        .build(),
                Rules.elementwise("log10")
                        .domain(Domain.POSITIVE)
                        .kinks("at 0: −inf, gradient +inf")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ELEMENTARY, "log10")
                        .kernels(ROUNDED, "mul", "div")
                        .definition("""
value = log(input) / 2.302585092994046
""")
                        .build());
    }
}
