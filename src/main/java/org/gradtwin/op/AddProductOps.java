package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** A product or a quotient added to a tensor (torch.addcmul, torch.addcdiv). */
@AutoService(OpFile.class)
public final class AddProductOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("addcmul(input, tensor1, tensor2, *, value: number = 1.0)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .kernels(STEPS, "addcmul")
                        .kernels(ROUNDED, "mul")
                        .kernels(EXACT, "copy", "new_empty_strided")
                        .kernels(TERMS, "sum")
                        .twin("torch.addcmul(input, tensor1, tensor2, value=value)")
                        .definition(call -> sum(call, "*"))
                        .build(),
                Op.of("addcdiv(input, tensor1, tensor2, *, value: number = 1.0)")
                        .group(ELEMENTWISE)
                        .broadcasts()
                        .domain(Domain.NONZERO)
                        .undefined("a subnormal number: the quotient overflows", Near.SUBNORMAL)
                        .kernels(STEPS, "addcdiv")
                        .kernels(ROUNDED, "mul", "div")
                        .kernels(EXACT, "copy", "neg", "new_empty_strided", "empty_like", "fill")
                        .kernels(TERMS, "sum")
                        .twin("torch.addcdiv(input, tensor1, tensor2, value=value)")
                        .definition(call -> sum(call, "/"))
                        .build());
    }

    /** What comes back from each copy is multiplied and then added, as in PyTorch: in the other order an infinity stays where it has NaN. */
    private static String sum(Call call, String operator) {
        Shape result = call.broadcast();
        String first = call.broadcast(call.shape(1), call.shape(2)).equals(result)
                ? "tensor1"
                : "broadcast_to(tensor1, " + Rules.tuple(result.dims()) + ")";
        return "value = input + " + Rules.number(call, "value") + " * " + first + " " + operator + " tensor2";
    }
}
