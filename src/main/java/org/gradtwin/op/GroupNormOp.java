package org.gradtwin.op;

import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** (x − mean)/√(variance + eps) over each group of channels, then · weight + bias by channel (torch.nn.functional.group_norm). */
@AutoService(OpFile.class)
public final class GroupNormOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("group_norm(input, num_groups: int, weight = None, bias = None, eps: number = 1e-5)")
                .group(LAYERS)
                .shape(GroupNormOp::shape)
                .ranks(2, 3, 4, 5)
                .undefinedBothWays(Near.IN_ANY_ORDER, Near.LEAVES_RANGE)
                .kernels(STEPS, "native_group_norm", "native_group_norm_backward")
                .samples("3x4 4 4 | num_groups=2", "2x6x2 6 - | num_groups=3", "1x2x3x2 - - | num_groups=1, eps=0.5")
                .twin(
                        "torch.group_norm(several(input, num_groups), num_groups, ones_beside(weight, bias), bias, eps, False)")
                .definition(GroupNormOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        int groups = call.attributes().integer("num_groups");
        if (x.rank() < 2) {
            throw call.refused(x + " needs at least 2 dimensions");
        }
        int channels = x.dim(1);
        if (groups <= 0 || channels % groups != 0) {
            throw call.refused(channels + " channels do not divide into " + groups + " groups");
        }
        for (int i = 1; i <= 2; i++) {
            if (call.has(i) && !call.shape(i).equals(Shape.of(channels))) {
                throw call.refused(call.names().get(i) + " " + call.shape(i) + " is not (" + channels
                        + ",), one for each channel");
            }
        }
        if (x.size() == groups * x.dim(0) && x.dim(0) == 1) {
            throw call.refused("one value for each group of " + x + " has no variance");
        }
        return x;
    }

    private static String definition(Call call) {
        Shape x = call.shape(0);
        int groups = call.attributes().integer("num_groups");
        int each = x.dim(1) / groups * x.product(2, x.rank());
        return "grouped = reshape(input, " + Rules.tuple(x.dim(0), groups, each) + ")\n"
                + Rules.deviations("grouped", "-1") + "value = reshape(d * rsqrt(v + eps), " + Rules.tuple(x.dims())
                + ")" + Rules.affine(call, 1, x.rank());
    }
}
