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

/** The mean of each window (torch.nn.functional.avg_pool1d, avg_pool2d, avg_pool3d). */
@AutoService(OpFile.class)
public final class AvgPoolOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                pool(1, "")
                        .samples(
                                "2x6 | kernel_size=2",
                                "1x2x5 | kernel_size=3, stride=1, padding=1, count_include_pad=False")
                        .build(),
                pool(2, ", divisor_override: int = None")
                        .samples(
                                "1x4x4 | kernel_size=2",
                                "1x2x3x5 | kernel_size=(2, 3), stride=2, padding=(0, 1), ceil_mode=True")
                        .build(),
                pool(3, ", divisor_override: int = None")
                        .samples("1x2x4x2 | kernel_size=2", "1x1x3x3x3 | kernel_size=2, stride=1, divisor_override=3")
                        .build());
    }

    private static OpBuilder pool(int count, String more) {
        String name = "avg_pool" + count + "d";
        String kernel = "avg_pool" + Math.max(count, 2) + "d";
        return Op.of(name
                        + "(input, kernel_size: sizes, stride: sizes = None, padding: sizes = 0, ceil_mode: bool = False, "
                        + "count_include_pad: bool = True" + more + ")")
                .group(LAYERS)
                .shape(call -> Windows.with(call.shape(0), windows(call, count).output()))
                .ranks(count + 1, count + 2)
                .kernels(EXACT, "unsqueeze", "squeeze")
                .kernels(STEPS, kernel, kernel + "_backward")
                .twin((count == 1 ? "torch." : "torch.ops.aten.") + name
                        + "(input, every(kernel_size), every(stride), every(padding), ceil_mode, count_include_pad"
                        + (more.isEmpty() ? ")" : ", divisor_override)"))
                .definition(call -> definition(call, count));
    }

    private static Windows windows(Call call, int count) {
        if (call.attributes().has("divisor_override")
                && call.attributes().optionalInteger("divisor_override").orElse(1) == 0) {
            throw call.refused("divisor_override 0");
        }
        int[] one = new int[count];
        Arrays.fill(one, 1);
        Windows windows = Windows.pool(call, count, one);
        for (int d = 0; d < count && count == 3; d++) {
            if (windows.input()[d] < windows.kernel()[d]) {
                throw call.refused("a window of " + windows.kernel()[d] + " is larger than the size "
                        + windows.input()[d] + ", which PyTorch refuses in three dimensions even with padding");
            }
        }
        return windows;
    }

    private static String definition(Call call, int count) {
        Shape x = call.shape(0);
        Windows windows = windows(call, count);
        int batch = x.rank() == count + 2 ? x.dim(0) : 1;
        int channels = x.dim(x.rank() - count - 1);
        // Windows that begin before the end, but reach over it, get what they need to be whole.
        int[] after = new int[count];
        int[] whole = new int[count];
        for (int d = 0; d < count; d++) {
            int reach = (windows.output()[d] - 1) * windows.stride()[d] + windows.kernel()[d];
            after[d] = Math.max(0, reach - windows.input()[d] - 2 * windows.padding()[d]);
            whole[d] = windows.input()[d] + 2 * windows.padding()[d] + after[d];
        }
        Windows padded = new Windows(
                whole, windows.kernel(), windows.stride(), new int[count], windows.dilation(), windows.output());
        List<String> lines = new ArrayList<>();
        lines.add("a = pad(input, " + margins(windows.padding(), after) + ")");
        lines.addAll(padded.columns("a", "u", batch, channels));
        String by = Rules.tuple(batch, channels, windows.size(), windows.count());
        lines.add("s = sum(reshape(u, " + by + "), 2)");
        boolean allWhole = Arrays.stream(after).sum() == 0
                && (call.attributes().flag("count_include_pad")
                        || Arrays.stream(windows.padding()).sum() == 0);
        String divisor = String.valueOf(windows.size());
        if (call.attributes().has("divisor_override") && call.attributes().get("divisor_override") != null) {
            divisor = String.valueOf(call.attributes().integer("divisor_override"));
        } else if (!allWhole) {
            int inside = call.attributes().flag("count_include_pad") ? 1 : 0;
            lines.add("o = where(input == input, 1.0, 1.0)");
            lines.add("p = pad(o, " + margins(windows.padding(), new int[count]) + ", value=" + inside + ")");
            lines.add("b = pad(p, " + margins(new int[count], after) + ")");
            lines.addAll(padded.columns("b", "v", batch, channels));
            lines.add("t = sum(reshape(v, " + by + "), 2)");
            divisor = "t";
        }
        lines.add("value = reshape(s / " + divisor + ", "
                + Rules.tuple(Windows.with(x, windows.output()).dims()) + ")");
        return String.join("\n", lines);
    }

    /** What {@code pad} adds before and behind each dimension, the last one first; {@code behind} comes on top. */
    private static String margins(int[] both, int[] behind) {
        int[] margins = new int[2 * both.length];
        for (int d = 0; d < both.length; d++) {
            int at = 2 * (both.length - 1 - d);
            margins[at] = both[d];
            margins[at + 1] = both[d] + behind[d];
        }
        return Rules.tuple(margins);
    }
}
