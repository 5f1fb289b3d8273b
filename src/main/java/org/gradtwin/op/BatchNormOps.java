package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.language.ValueTest;
import org.gradtwin.tensor.Shape;

/**
 * (x − mean)/√(variance + eps) · weight + bias for each channel, dimension 1 (torch.nn.functional.batch_norm, instance_norm). Mean and
 * variance are those of the batch, or of each of its instances; or running ones, which are constants. PyTorch changes the running
 * ones in place while it trains; a program's inputs stay as they are.
 */
@AutoService(OpFile.class)
public final class BatchNormOps implements OpFile {
    private static final String STATISTICS =
            "(input, running_mean = None, running_var = None, weight = None, bias = None, ";

    private static final String BELOW_ZERO = "a running variance below 0";

    private static final ValueTest NEGATIVE_VARIANCE =
            (operands, attributes) -> Near.any(operands.get(2), variance -> variance < 0);

    private static final String STRIDED = "PyTorch's backward reads a weight with strides as if it had none";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("batch_norm" + STATISTICS + "training: bool = False, momentum: number = 0.1, eps: number = 1e-5)")
                        .undefined(BELOW_ZERO, NEGATIVE_VARIANCE)
                        .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                        .unviewed(STRIDED)
                        .drawnAlone(STRIDED)
                        .group(LAYERS)
                        .shape(call -> shape(call, "training", 0))
                        .ranks(2, 3, 4, 5)
                        .restricts(Restriction.CONSTANT, "running_mean", "running_var")
                        .kernels(STEPS, "native_batch_norm", "native_batch_norm_backward")
                        .kernels(EXACT, "empty")
                        .samples(
                                "4x3 - - 3 3 | training=True",
                                "2x3x4 3 3 3 - | training=True",
                                "2x2x3x2 2 2 2 2",
                                "3x2x4 2 2 - - | eps=0.5")
                        .twin(
                                "torch.batch_norm(several(input, input.size(1)) if training else input, weight, bias, own(running_mean), "
                                        + "own(running_var), training, momentum, eps, False)")
                        .definition(call -> definition(call, "training", 0))
                        .build(),
                Op.of("instance_norm" + STATISTICS
                                + "use_input_stats: bool = True, momentum: number = 0.1, eps: number = 1e-5)")
                        .group(LAYERS)
                        .shape(call -> shape(call, "use_input_stats", 1))
                        .ranks(3, 4, 5)
                        .restricts(Restriction.CONSTANT, "running_mean", "running_var")
                        .undefined(BELOW_ZERO, NEGATIVE_VARIANCE)
                        .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                        .kernels(STEPS, "native_batch_norm", "native_batch_norm_backward")
                        .kernels(EXACT, "empty", "repeat")
                        .samples("2x3x4 - - 3 3", "1x2x3x2 - - 2 - | eps=0.5", "2x2x4 2 2 2 2 | use_input_stats=False")
                        .twin(
                                "torch.instance_norm(several(input, input.size(0) * input.size(1)) if use_input_stats else input, weight, bias, own(running_mean), own(running_var), use_input_stats, momentum, "
                                        // Its backward reads a gradient of another memory order wrongly: this one comes
                                        // as a copy.
                                        + "eps, False).flatten().view(input.size())")
                        .definition(call -> definition(call, "use_input_stats", 1))
                        .build());
    }

    /** {@code own} is the flag by which the statistics are the input's, {@code from} 1 if each instance has its own. */
    private static Shape shape(Call call, String own, int from) {
        Shape x = call.shape(0);
        if (x.rank() < 2 + from) {
            throw call.refused(x + " needs at least " + (2 + from) + " dimensions");
        }
        int channels = x.dim(1);
        for (int i = 1; i < 5; i++) {
            if (call.has(i) && !call.shape(i).equals(Shape.of(channels))) {
                throw call.refused(call.names().get(i) + " " + call.shape(i) + " is not (" + channels
                        + ",), one for each channel");
            }
        }
        if (call.has(1) != call.has(2)) {
            throw call.refused("running_mean and running_var are given together, not one of them");
        }
        int each = x.product(2, x.rank()) * (from == 0 ? x.dim(0) : 1);
        if (call.attributes().flag(own) ? each == 1 : !call.has(1) || !call.has(2)) {
            throw call.refused(
                    each == 1
                            ? "one value for each channel of " + x + " has no variance: " + own + "=True takes more"
                            : own + "=False needs running_mean and running_var");
        }
        return x;
    }

    private static String definition(Call call, String own, int from) {
        int rank = call.shape(0).rank();
        String scaled;
        if (call.attributes().flag(own)) {
            int[] dims = IntStream.range(0, rank)
                    .filter(d -> d >= 2 || (d == 0 && from == 0))
                    .toArray();
            scaled = Rules.deviations("input", Rules.tuple(dims)) + "value = d * rsqrt(v + eps)";
        } else {
            scaled = "value = (input - " + Rules.byChannel("running_mean", rank) + ") * rsqrt("
                    + Rules.byChannel("running_var", rank) + " + eps)";
        }
        return scaled + Rules.affine(call, 3, rank);
    }
}
