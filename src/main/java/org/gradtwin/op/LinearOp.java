package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** x wᵀ + b (torch.nn.functional.linear). */
@AutoService(OpFile.class)
public final class LinearOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("linear(input, weight, bias = None)")
                .group(LAYERS)
                .shape(LinearOp::shape)
                .ranks(1, 2)
                .kernels(TERMS, "addmm", "mm", "mv", "dot", "sum")
                .kernels(ROUNDED, "add", "mul")
                .kernels(EXACT, "t")
                .twin("torch.ops.aten.linear(input, weight, bias)")
                .definition(LinearOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        Shape w = call.shape(1);
        String what = "linear " + x + " with weight " + w;
        if (x.rank() == 0 || w.rank() == 0) {
            throw new IllegalArgumentException(what + ": both need at least 1 dimension");
        }
        if (w.rank() > 2) {
            throw new IllegalArgumentException(what + ": the weight has 1 or 2 dimensions");
        }
        if (x.last() != w.last()) {
            throw new IllegalArgumentException(what + ": inner sizes " + x.last() + " and " + w.last() + " differ");
        }
        int[] dims = x.dims();
        if (w.rank() == 2) {
            dims[dims.length - 1] = w.dim(0);
        } else {
            dims = Arrays.copyOf(dims, dims.length - 1);
        }
        Shape result = Shape.of(dims);
        if (call.has(2)) {
            if (x.rank() >= 2 && w.rank() == 1) {
                throw new IllegalArgumentException(what + ": takes no bias");
            }
            Shape bias = call.shape(2);
            // PyTorch makes a matrix of an input of more dimensions, and stretches the bias to that.
            boolean flat = result.rank() < 3 || bias.rank() < 2 || (bias.rank() == 2 && bias.dim(0) == 1);
            if (!flat
                    || bias.rank() > result.rank()
                    || !call.broadcast(result, bias).equals(result)) {
                throw new IllegalArgumentException(what + ": bias " + bias + " does not fit the result " + result);
            }
        }
        return result;
    }

    private static String definition(Call call) {
        return "value = matmul(input, " + (call.shape(1).rank() == 2 ? "weight.T" : "weight") + ")"
                + (call.has(2) ? " + bias" : "");
    }
}
