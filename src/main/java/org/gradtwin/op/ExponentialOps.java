package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The exponential, the logarithm, and their forms that are exact near 0 (torch.exp and others). */
@AutoService(OpFile.class)
public final class ExponentialOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("exp(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .kernels(ELEMENTARY, "exp")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.exp(input)")
                        .primitive()
                        .gradient("grad(input) = grad * value")
                        .build(),
                Op.of("expm1(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .cancels(Cancellation.ofSlope())
                        .ofFiniteCotangents("an infinite one: y + 1 is 0 once y rounds to −1, eˣ is not")
                        .kernels(ELEMENTARY, "expm1")
                        .kernels(ROUNDED, "mul", "add")
                        .twin("torch.expm1(input)")
                        .primitive()
                        .gradient("grad(input) = grad * (value + 1)")
                        .build(),
                Op.of("log(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .domain(Domain.POSITIVE)
                        .kinks("at 0: −inf, gradient +inf")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ELEMENTARY, "log")
                        .kernels(ROUNDED, "div")
                        .twin("torch.log(input)")
                        .primitive()
                        .gradient("grad(input) = grad / input")
                        .build(),
                Op.of("log1p(input)")
                        .group(ELEMENTWISE)
                        .shape(Rules.FIRST)
                        .domain(Domain.ABOVE_MINUS_ONE)
                        .kinks("at −1: −inf, gradient +inf")
                        .kernels(ELEMENTARY, "log1p")
                        .kernels(ROUNDED, "div", "add")
                        .twin("torch.log1p(input)")
                        .primitive()
                        .gradient("grad(input) = grad / (input + 1)")
                        .build());
    }
}
