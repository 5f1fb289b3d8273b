package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Restriction;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The largest element of each window (torch.nn.functional.max_pool1d, max_pool2d, max_pool3d). */
@AutoService(OpFile.class)
public final class MaxPoolOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                pool(1).samples("2x6 | kernel_size=2", "1x2x5 | kernel_size=3, stride=1, padding=1")
                        .build(),
                pool(2).samples(
                                "1x4x4 | kernel_size=2",
                                "1x2x3x5 | kernel_size=(2, 3), stride=2, padding=(0, 1), ceil_mode=True")
                        .build(),
                pool(3).samples("1x2x4x2 | kernel_size=2", "1x1x3x3x3 | kernel_size=2, stride=1, dilation=2")
                        .build());
    }

    private static OpBuilder pool(int count) {
        String name = "max_pool" + count + "d";
        String kernel = "max_pool" + Math.max(count, 2) + "d_with_indices";
        return Op.of(name
                        + "(input, kernel_size: sizes, stride: sizes = None, padding: sizes = 0, dilation: sizes = 1, "
                        + "ceil_mode: bool = False, return_indices: bool = False)")
                .group(LAYERS)
                .restricts(Restriction.ONLY_BY_DEFAULT, "return_indices")
                .shape(call -> Windows.with(call.shape(0), windows(call, count).output()))
                .ranks(count + 1, count + 2)
                .kinks(
                        "ties in a window: the first gets the gradient; NaN is the largest",
                        (operands, attributes, exact) -> nearTie(count, name, operands, attributes, exact))
                .undefined(
                        "a window of padding alone: PyTorch's gradient goes to a place that is not in it, of the input or beyond",
                        (operands, attributes) -> anyHollow(windows(call(name, operands, attributes), count)))
                .kernels(EXACT, kernel, "unsqueeze", "squeeze")
                .kernels(STEPS, kernel + "_backward")
                .twin("torch." + name
                        + "(input, every(kernel_size), every(stride), every(padding), every(dilation), ceil_mode)")
                .selects((call, values) -> largest(windows(call, count), Sources.given(values.get(0))));
    }

    private static Windows windows(Call call, int count) {
        if (call.attributes().flag("return_indices")) {
            throw call.refused("return_indices=True gives indices beside the values: a program has the values alone");
        }
        return Windows.pool(call, count, call.attributes().sizes("dilation", count));
    }

    /** PyTorch goes through a window in order; a larger element or a NaN takes the place of the one before. */
    private static int[] largest(Windows windows, Tensor x) {
        int image = Windows.product(windows.input());
        int windowCount = windows.count();
        int[] sources = new int[x.size() / Math.max(image, 1) * windowCount];
        for (int at = 0; at < sources.length; at++) {
            int from = at / windowCount * image;
            int best = -1;
            for (int element = 0; element < windows.size(); element++) {
                int source = windows.source(at % windowCount, element);
                if (source >= 0) {
                    double value = x.get(from + source);
                    best = best < 0 || value > x.get(best) || Double.isNaN(value) ? from + source : best;
                }
            }
            sources[at] = best;
        }
        return sources;
    }

    private static Call call(String op, List<@Nullable Tensor> operands, Attributes attributes) {
        Tensor x = Sources.given(operands.get(0));
        return new Call(Ops.of(op), List.of(new Type(x.dtype(), x.shape(), false)), attributes);
    }

    private static boolean anyHollow(Windows windows) {
        return IntStream.range(0, windows.count())
                .anyMatch(window ->
                        IntStream.range(0, windows.size()).allMatch(element -> windows.source(window, element) < 0));
    }

    private static boolean nearTie(
            int count, String op, List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        Tensor x = Sources.given(operands.get(0));
        Windows windows = windows(call(op, operands, attributes), count);
        int[] largest = largest(windows, x);
        int image = Windows.product(windows.input());
        for (int at = 0; at < largest.length; at++) {
            for (int element = 0; element < windows.size(); element++) {
                int source = windows.source(at % windows.count(), element);
                int position = at / windows.count() * image + source;
                double apart = source < 0 || position == largest[at] ? 1 : x.get(largest[at]) - x.get(position);
                if (Near.decides(apart, exact)) {
                    return true;
                }
            }
        }
        return false;
    }
}
