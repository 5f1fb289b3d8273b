package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/**
 * The mean of each of so many windows, the i-th from ⌊i·n/m⌋ up to ⌈(i + 1)·n/m⌉ of the n elements of a dimension for a result of m
 * (torch.nn.functional.adaptive_avg_pool1d, adaptive_avg_pool2d, adaptive_avg_pool3d). The mean over several dimensions is that of the means over one.
 */
@AutoService(OpFile.class)
public final class AdaptiveAvgPoolOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(pool(1, "torch."), pool(2, "torch.ops.aten."), pool(3, "torch.ops.aten."));
    }

    private static Op pool(int count, String module) {
        String name = "adaptive_avg_pool" + count + "d";
        return Op.of(name + "(input, output_size: sizes)")
                .group(LAYERS)
                .shape(call -> Windows.with(call.shape(0), output(call, count)))
                .ranks(count + 1, count + 2)
                .kernels(EXACT, "unsqueeze", "squeeze", "expand", "adaptive_avg_pool2d", "adaptive_avg_pool3d")
                .kernels(TERMS, "mean")
                .kernels(STEPS, "_adaptive_avg_pool2d", "_adaptive_avg_pool2d_backward")
                .kernels(STEPS, "_adaptive_avg_pool3d", "_adaptive_avg_pool3d_backward")
                .kernels(ROUNDED, "div")
                .twin(module + name + "(input, every(output_size) * (" + count + " // len(every(output_size))))")
                .definition(call -> definition(call, count))
                .build();
    }

    private static int[] output(Call call, int count) {
        Windows.requireRank(call, call.shape(0), count);
        int[] output = call.attributes().sizes("output_size", count);
        int[] input = Windows.last(call.shape(0), count);
        for (int d = 0; d < count; d++) {
            if (output[d] <= 0 || input[d] == 0) {
                throw call.refused("no " + output[d] + " windows in a size of " + input[d]);
            }
        }
        return output;
    }

    private static String definition(Call call, int count) {
        int[] output = output(call, count);
        Shape shape = call.shape(0);
        StringBuilder lines = new StringBuilder("a0 = input\n");
        for (int d = 0; d < count; d++) {
            int dim = d - count;
            int size = shape.dim(shape.rank() + dim);
            lines.append("a" + (d + 1) + " = cat((");
            for (int i = 0; i < output[d]; i++) {
                int start = i * size / output[d];
                int end = ((i + 1) * size + output[d] - 1) / output[d];
                lines.append(
                        "mean(narrow(a%d, %d, %d, %d), %d, keepdim=True), ".formatted(d, dim, start, end - start, dim));
            }
            lines.append("), " + dim + ")\n");
        }
        return lines + "value = a" + count;
    }
}
