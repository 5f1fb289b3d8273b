package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;

/** Numbers in the place of NaN and of the infinities, 0 and the largest ones of the type unless told (torch.nan_to_num). */
@AutoService(OpFile.class)
public final class NanToNumOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("nan_to_num(input, nan: number = None, posinf: number = None, neginf: number = None)")
                .group(CHOICE)
                .shape(Rules.FIRST)
                .ranks(0, 1, 2, 3, 4)
                .kinks("none; where a number is put in the gradient is multiplied by 0")
                .ofFiniteCotangents(
                        "one that is not finite: PyTorch multiplies it by 0 where a number is put in, others leave it out")
                .kernels(EXACT, "nan_to_num", "abs", "eq", "ne", "logical_or", "logical_not")
                .kernels(ROUNDED, "mul")
                .twin("torch.nan_to_num(input, nan, posinf, neginf)")
                .definition(call -> """
                                above = where(input == float('inf'), %s, input)
                                value = where(isnan(input), %s, where(input == float('-inf'), %s, above))
                                """.formatted(
                                number(call, "posinf", largest(call)),
                                number(call, "nan", 0),
                                number(call, "neginf", -largest(call))))
                .gradient("grad(input) = grad * where(isfinite(input), 1, 0)")
                .build());
    }

    private static double largest(Call call) {
        Type type = call.operands().get(0);
        return type != null && type.dtype() == DType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE;
    }

    private static String number(Call call, String attribute, double otherwise) {
        return new Expr.Number(call.attributes().optionalNumber(attribute).orElse(otherwise), false).toString();
    }
}
