package org.gradtwin.op;

import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The variance over dimensions, Σ (x − mean)²/(n − correction) (torch.var). */
@AutoService(OpFile.class)
public final class VarOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("var(input, dim: dims = None, *, correction: number = 1, keepdim: bool = False)")
                .alias("var(input, dim: dims = None, unbiased: bool = True, keepdim: bool = False)")
                .group(REDUCTIONS)
                .shape(Rules::reduced)
                .kinks("as many elements as the correction: NaN or inf, as IEEE divides")
                .undefined(Near.SQUARES, Near.SQUARE_LEAVES_RANGE)
                .ofFiniteCotangents("an infinite one: the deviation and 1 ÷ n multiply it in any order")
                .kernels(STEPS, "var")
                .kernels(ROUNDED, "sub", "mul")
                .kernels(TERMS, "mean")
                .twin("torch.var(input, dim, correction=correction, keepdim=keepdim)")
                .definition(VarOp::definition)
                .gradient(VarOp::gradient)
                .convention("fewer elements than the correction", "gradient ±inf", VarOp::definition)
                .build());
    }

    private static String definition(Call call) {
        double divisor = Math.max(0, call.reduced() - call.attributes().number("correction"));
        return """
                m = detach(mean(input, dim=dim, keepdim=True))
                value = sum(square(input - m), dim=dim, keepdim=keepdim) / %s
                """.formatted(divisor);
    }

    private static String gradient(Call call) {
        boolean whole = call.attributes().get("dim") == null || call.shape(0).rank() == 0;
        double divisor = call.reduced() - call.attributes().number("correction");
        if (whole && divisor <= 0) {
            return """
                    m = mean(input)
                    grad(input) = grad * where(input == m, float('nan'), float('inf'))
                    """;
        }
        return "grad(input) = %s * %s * (input - mean(input, dim=dim, keepdim=True))"
                .formatted(number(2 / divisor), Rules.kept(call, "grad"));
    }

    private static String number(double value) {
        return Double.isInfinite(value) ? "float('" + (value > 0 ? "inf" : "-inf") + "')" : Double.toString(value);
    }
}
