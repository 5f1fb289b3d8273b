package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Pointwise;
import org.gradtwin.language.ValueTest;
import org.gradtwin.tensor.DType;

/** ln |Γ(x)|, its derivative, and the derivatives of that (torch.lgamma, torch.digamma, torch.polygamma). */
@AutoService(OpFile.class)
public final class GammaOps implements OpFile {
    private static final String COARSE = "PyTorch's second derivative of ln |Γ| is off by 5e-10 in float64";

    private static final String AT_POLES =
            "at 0 and below, and near there: powers of the distance to a pole leave the range of float32";

    private static final ValueTest NEAR_POLES = (operands, attributes) -> Near.any(operands.get(0), x -> x < 0x1p-20);

    @Override
    public List<Op> ops() {
        return List.of(
                Rules.elementwise("lgamma")
                        .alias("gammaln(input)")
                        .domain(Domain.POSITIVE)
                        .kinks("at 0 and below at whole numbers: +inf; gradient there as digamma's value")
                        .undefined(Near.SUM_OVERFLOWS, Near.SUBNORMAL)
                        .kernels(ELEMENTARY, "lgamma")
                        .kernels(STEPS, "digamma")
                        .kernels(ROUNDED, "mul")
                        .cancels(Cancellation.ofSlope())
                        .pointwise(x -> Gamma.logarithm(x[0]), (x, y) -> Gamma.logarithmicDerivative(x[0]))
                        .gradient("grad(input) = grad * digamma(input)")
                        .build(),
                Rules.elementwise("digamma")
                        .alias("psi(input)")
                        .domain(Domain.POSITIVE)
                        .undrawnIn(DType.FLOAT64, COARSE)
                        .undefined(AT_POLES, NEAR_POLES)
                        .cancels(Cancellation.ofBoth())
                        .kinks("at 0: ∓inf; below at whole numbers: NaN")
                        .kernels(STEPS, "digamma", "polygamma")
                        .kernels(ROUNDED, "mul")
                        .pointwise(x -> Gamma.logarithmicDerivative(x[0]), (x, y) -> Gamma.derivative(1, x[0]))
                        .gradient("grad(input) = grad * polygamma(1, input)")
                        .build(),
                Op.of("polygamma(n: int, input)")
                        .group(ELEMENTWISE)
                        .shape(call -> {
                            if (call.attributes().integer("n") < 0) {
                                throw call.refused(
                                        "n is " + call.attributes().integer("n") + ", no number of derivatives");
                            }
                            return call.shape(0);
                        })
                        .domain(Domain.POSITIVE)
                        .undefined(AT_POLES, NEAR_POLES)
                        .ofFiniteCotangents("an infinite one: a slope that is 0 in float32 multiplies it")
                        .cancels(Cancellation.ofBoth())
                        .kinks("at 0 and below at whole numbers: an infinity, NaN for n = 0")
                        .undrawnIn(DType.FLOAT64, COARSE)
                        .kernels(STEPS, "polygamma", "digamma")
                        .kernels(ROUNDED, "mul")
                        .twin("torch.polygamma(n, input)")
                        .pointwiseBy(attributes -> new Pointwise(
                                x -> Gamma.derivative(attributes.integer("n"), x[0]),
                                List.of((x, y) -> Gamma.derivative(attributes.integer("n") + 1, x[0]))))
                        .gradient(call -> "grad(input) = grad * polygamma("
                                + (call.attributes().integer("n") + 1) + ", input)")
                        .build());
    }
}
