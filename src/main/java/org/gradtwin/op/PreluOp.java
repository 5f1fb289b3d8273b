package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.ELEMENTWISE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** x where it is positive, else weight·x, with one weight or one for each channel, dimension 1 (torch.nn.functional.prelu). */
@AutoService(OpFile.class)
public final class PreluOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("prelu(input, weight)")
                .group(ELEMENTWISE)
                .shape(PreluOp::shape)
                .ranks(0, 1, 2, 3)
                .kinks("at 0: gradient is weight", Near.ZERO)
                .slopes("at 0", "input == 0", "1")
                .kernels(ROUNDED, "_prelu_kernel", "_prelu_kernel_backward")
                .kernels(TERMS, "sum")
                .kernels(EXACT, "view")
                .samples("2x3 3", "3x2x2 2", "4 1", "2x3 1")
                .twin("torch.prelu(input, weight)")
                .definition(PreluOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        int channels = x.rank() < 2 ? 1 : x.dim(1);
        if (weight.rank() > 1 || (weight.size() != 1 && weight.size() != channels)) {
            throw call.refused(
                    "weight " + weight + " is not one number, nor one for each of " + channels + " channels of " + x);
        }
        return x;
    }

    private static String definition(Call call) {
        Shape x = call.shape(0);
        boolean one = call.shape(1).size() == 1 || x.rank() < 2;
        String weight = one ? "reshape(weight, ())" : Rules.byChannel("weight", x.rank());
        return """
                low = where(input > 0, 0, input)
                value = where(input > 0, input, low * %s)
                """.formatted(weight);
    }
}
