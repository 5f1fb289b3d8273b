package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/**
 * What the gradient of a convolution does to its input (torch.nn.functional.conv_transpose1d, conv_transpose2d, conv_transpose3d): each
 * element of the input, times the filters, is added to the result where a window lies.
 */
@AutoService(OpFile.class)
public final class ConvTransposeOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                conv(1).samples(
                                "2x4 2x3x2 3",
                                "1x4x3 4x2x3 - | groups=2, stride=2, padding=1, output_padding=1",
                                "1x4x3 4x2x2 4 | groups=2")
                        .build(),
                conv(2).samples(
                                "2x3x2 2x3x2x2 3",
                                "1x2x2x3 2x1x2x2 2 | groups=2, stride=(2, 1), dilation=(1, 2), padding=1")
                        .build(),
                conv(3).samples("1x2x1x2 1x2x2x1x2 2", "1x2x2x1x2 2x1x1x2x2 - | stride=2, groups=2")
                        .build());
    }

    private static OpBuilder conv(int count) {
        String name = "conv_transpose" + count + "d";
        return Op.of(name
                        + "(input, weight, bias = None, stride: sizes = 1, padding: sizes = 0, output_padding: sizes = 0, "
                        + "groups: int = 1, dilation: sizes = 1)")
                .group(LAYERS)
                .shape(call -> shape(call, count))
                .ranks(count + 1, count + 2)
                .kernels(STEPS, "convolution", "convolution_backward")
                .kernels(EXACT, "unsqueeze", "squeeze")
                .twin("torch." + name
                        + "(input, weight, bias, every(stride), every(padding), every(output_padding), groups, "
                        + "every(dilation))")
                .definition(call -> definition(call, count));
    }

    private static Shape shape(Call call, int count) {
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        Windows.requireRank(call, x, count);
        int groups = call.attributes().integer("groups");
        int channels = x.dim(x.rank() - count - 1);
        if (weight.rank() != count + 2
                || channels != weight.dim(0)
                || groups <= 0
                || channels % groups != 0
                || channels == 0) {
            throw call.refused(
                    channels + " channels of " + x + " in " + groups + " groups do not fit the weight " + weight);
        }
        int filters = weight.dim(1) * groups;
        if (call.has(2) && !call.shape(2).equals(Shape.of(filters))) {
            throw call.refused("bias " + call.shape(2) + " is not (" + filters + ",), one for each filter");
        }
        int[] kernel = Windows.last(weight, count);
        int[] stride = call.attributes().sizes("stride", count);
        int[] dilation = call.attributes().sizes("dilation", count);
        int[] padding = call.attributes().sizes("padding", count);
        int[] more = call.attributes().sizes("output_padding", count);
        int[] sizes = Windows.last(x, count);
        for (int d = 0; d < count; d++) {
            if (stride[d] <= 0
                    || dilation[d] <= 0
                    || padding[d] < 0
                    || more[d] < 0
                    || more[d] >= Math.max(stride[d], dilation[d])) {
                throw call.refused("stride " + stride[d] + ", dilation " + dilation[d] + ", padding " + padding[d]
                        + ", output_padding " + more[d]
                        + ": the first two are above 0, and the last is below one of them");
            }
            sizes[d] = (sizes[d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel[d] - 1) + more[d] + 1;
            if (sizes[d] <= 0) {
                throw call.refused("the result would have the size " + sizes[d] + " along a dimension");
            }
        }
        return Windows.with(Windows.with(x, Windows.join(new int[] {filters}, Windows.last(x, count))), sizes);
    }

    /**
     * The products stand by filter, element of the window and window. Along each dimension, the last one first: the windows are drawn
     * apart by the stride; then the rows of the elements are read as if each were shorter by the dilation than it is, which shifts
     * each row against the one before, and are added up.
     */
    private static String definition(Call call, int count) {
        Shape x = call.shape(0);
        Shape weight = call.shape(1);
        Shape result = shape(call, count);
        int[] out = Windows.last(result, count);
        int[] in = Windows.last(x, count);
        int[] kernel = Windows.last(weight, count);
        int[] stride = call.attributes().sizes("stride", count);
        int[] dilation = call.attributes().sizes("dilation", count);
        int[] padding = call.attributes().sizes("padding", count);
        int groups = call.attributes().integer("groups");
        int batch = x.rank() == count + 2 ? x.dim(0) : 1;
        int each = weight.dim(0) / groups;
        int columns = weight.dim(1) * Windows.product(kernel);
        int planes = batch * groups * weight.dim(1);
        List<String> lines = new ArrayList<>();
        lines.add("x0 = reshape(input, " + Rules.tuple(batch, groups, each, Windows.product(in)) + ")");
        lines.add("w0 = transpose(reshape(weight, " + Rules.tuple(groups, each, columns) + "), 1, 2)");
        lines.add("m = matmul(w0, x0)");
        lines.add("r = reshape(m, " + Rules.tuple(Windows.join(new int[] {planes}, kernel, in)) + ")");
        // (planes, k0, n0, k1, n1, …)
        int[] order = IntStream.concat(
                        IntStream.of(0), IntStream.range(0, count).flatMap(d -> IntStream.of(1 + d, 1 + count + d)))
                .toArray();
        lines.add("a" + count + " = permute(r, " + Rules.tuple(order) + ")");
        int outer = planes;
        for (int d = count - 1; d >= 0; d--) {
            int rest = IntStream.range(0, d).map(i -> kernel[i] * in[i]).reduce(1, (a, b) -> a * b);
            int apart = in[d] * stride[d];
            int enough = Math.max(0, padding[d] + out[d] - apart - (kernel[d] - 1) * dilation[d]);
            int row = apart + enough + kernel[d] * dilation[d];
            int shorter = row - dilation[d];
            String s = String.valueOf(d);
            lines.add("b%s = pad(reshape(a%s, %s), (0, %d))"
                    .formatted(s, d + 1, Rules.tuple(outer * rest, kernel[d], in[d], 1), stride[d] - 1));
            lines.add("c%s = pad(reshape(b%s, %s), (0, %d))"
                    .formatted(s, s, Rules.tuple(outer * rest, kernel[d], apart), row - apart));
            lines.add("d%s = reshape(c%s, %s)[:, :%d]"
                    .formatted(s, s, Rules.tuple(outer * rest, kernel[d] * row), kernel[d] * shorter));
            lines.add("e%s = sum(reshape(d%s, %s), 1)".formatted(s, s, Rules.tuple(outer * rest, kernel[d], shorter)));
            lines.add("f%s = e%s[:, %d:%d]".formatted(s, s, padding[d], padding[d] + out[d]));
            lines.add("a%s = transpose(reshape(f%s, %s), 1, 2)".formatted(s, s, Rules.tuple(outer, rest, out[d])));
            outer *= out[d];
        }
        int[] backwards = IntStream.range(0, count).map(d -> out[count - 1 - d]).toArray();
        int[] turned = IntStream.rangeClosed(0, count)
                .map(d -> d == 0 ? 0 : count + 1 - d)
                .toArray();
        lines.add("g = permute(reshape(a0, " + Rules.tuple(Windows.join(new int[] {planes}, backwards)) + "), "
                + Rules.tuple(turned) + ")");
        lines.add("y = reshape(g, " + Rules.tuple(result.dims()) + ")");
        int[] one = new int[count + 1];
        Arrays.fill(one, 1);
        one[0] = -1;
        lines.add(call.has(2) ? "value = y + reshape(bias, " + Rules.tuple(one) + ")" : "value = y");
        return String.join("\n", lines);
    }
}
