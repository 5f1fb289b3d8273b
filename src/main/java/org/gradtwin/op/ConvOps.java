package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/**
 * Cross-correlation with a bank of filters over one, two or three dimensions (torch.nn.functional.conv1d, conv2d, conv3d): a product of
 * matrices, the filters and the windows. {@code padding='same'} puts an odd place at the end.
 */
@AutoService(OpFile.class)
public final class ConvOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                conv(1).samples(
                                "2x4 3x2x2 3",
                                "1x4x5 4x2x3 - | groups=2, padding='same'",
                                "2x2x6 3x2x2 3 | stride=2, dilation=2",
                                "1x4x4 4x2x2 4 | groups=2")
                        .build(),
                conv(2).samples(
                                "2x4x3 3x2x2x2 3",
                                "2x2x4x3 2x2x2x2 - | padding=1, stride=(2, 1)",
                                "1x4x3x3 4x2x1x2 4 | groups=2, dilation=(1, 2)",
                                "1x2x3x3 2x2x3x2 - | padding='same'")
                        .build(),
                conv(3).samples(
                                "1x2x2x3 2x1x2x1x2 2",
                                "1x2x3x2x2 2x1x2x2x1 - | groups=2, padding=1, stride=2",
                                "1x2x2x3x2 2x1x2x1x2 2 | groups=2")
                        .build());
    }

    private static OpBuilder conv(int count) {
        String name = "conv" + count + "d";
        String call = "torch." + name + "(input, weight, bias, every(stride), %s, every(dilation), groups)";
        return Op.of(name + "(input, weight, bias = None, stride: sizes = 1, padding: sizes | 'valid' | 'same' = 0, "
                        + "dilation: sizes = 1, groups: int = 1)")
                .group(LAYERS)
                .shape(each -> shape(each, count))
                .ranks(count + 1, count + 2)
                .undefined(
                        "NaN or an infinity: zeros around the input multiply it, or are left out",
                        Near.NOT_FINITE_ANYWHERE)
                .kernels(STEPS, "convolution", "convolution_backward")
                .kernels(EXACT, "constant_pad_nd", "unsqueeze", "squeeze")
                .twin(call.formatted("every(padding)") + " if len(padding_word) == 0 else "
                        + call.formatted("padding_word"))
                .definition(each -> definition(each, count));
    }

    /** The windows, of which {@link #skipped} are left out. */
    private static Windows windows(Call call, int count) {
        int[] kernel = Windows.last(call.shape(1), count);
        int[] stride = call.attributes().sizes("stride", count);
        int[] dilation = call.attributes().sizes("dilation", count);
        int[] padding = new int[count];
        if (call.attributes().get("padding") instanceof String word) {
            for (int d = 0; d < count && word.equals("same"); d++) {
                if (stride[d] != 1) {
                    throw call.refused(
                            "padding='same' with stride " + stride[d] + ": it keeps the size with stride 1 only");
                }
                padding[d] = (dilation[d] * (kernel[d] - 1) + 1) / 2;
            }
        } else {
            padding = call.attributes().sizes("padding", count);
        }
        return Windows.of(call, Windows.last(call.shape(0), count), kernel, stride, padding, dilation);
    }

    /** How many windows at the beginning there are too many along a dimension, where padding='same' is not the same on both sides. */
    private static int skipped(Call call, Windows windows, int d) {
        return "same".equals(call.attributes().get("padding")) ? windows.output()[d] - windows.input()[d] : 0;
    }

    private static Shape shape(Call call, int count) {
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        Windows.requireRank(call, x, count);
        if (weight.rank() != count + 2) {
            throw call.refused("weight " + weight + " needs " + (count + 2) + " dimensions");
        }
        int channels = x.dim(x.rank() - count - 1);
        int filters = weight.dim(0);
        int groups = call.attributes().integer("groups");
        if (groups <= 0 || channels != groups * weight.dim(1) || filters % groups != 0 || filters == 0) {
            throw call.refused(
                    channels + " channels of " + x + " in " + groups + " groups do not fit the weight " + weight);
        }
        if (call.has(2) && !call.shape(2).equals(Shape.of(filters))) {
            throw call.refused("bias " + call.shape(2) + " is not (" + filters + ",), one for each filter");
        }
        Windows windows = windows(call, count);
        int[] sizes = windows.output().clone();
        for (int d = 0; d < count; d++) {
            sizes[d] -= skipped(call, windows, d);
        }
        return Windows.with(Windows.with(x, Windows.join(new int[] {filters}, Windows.last(x, count))), sizes);
    }

    private static String definition(Call call, int count) {
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        Shape result = call.op().shape(call.operands(), call.attributes());
        Windows windows = windows(call, count);
        int groups = call.attributes().integer("groups");
        int batch = x.rank() == count + 2 ? x.dim(0) : 1;
        List<String> lines = new ArrayList<>(windows.columns("input", "u", batch, x.dim(x.rank() - count - 1)));
        int[] skip = new int[count];
        Arrays.setAll(skip, d -> skipped(call, windows, d));
        int rows = x.dim(x.rank() - count - 1) * windows.size();
        if (Windows.product(skip) > 0 || Arrays.stream(skip).anyMatch(s -> s > 0)) {
            lines.add("p = reshape(u, " + Rules.tuple(Windows.join(new int[] {batch, rows}, windows.output())) + ")");
            StringBuilder kept = new StringBuilder();
            Arrays.stream(skip).forEach(s -> kept.append(", ").append(s).append(':'));
            lines.add("q = p[:, :" + kept + "]");
        } else {
            lines.add("q = u");
        }
        int places = Windows.product(Windows.last(result, count));
        lines.add("c = reshape(q, " + Rules.tuple(batch, groups, rows / groups, places) + ")");
        lines.add("w = reshape(weight, " + Rules.tuple(groups, weight.dim(0) / groups, rows / groups) + ")");
        lines.add("y = reshape(matmul(w, c), " + Rules.tuple(result.dims()) + ")");
        int[] one = new int[count + 1];
        Arrays.fill(one, 1);
        one[0] = -1;
        lines.add(call.has(2) ? "value = y + reshape(bias, " + Rules.tuple(one) + ")" : "value = y");
        return String.join("\n", lines);
    }
}
