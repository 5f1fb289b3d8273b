package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** The windows of images as columns (torch.nn.functional.unfold). */
@AutoService(OpFile.class)
public final class UnfoldOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "unfold(input, kernel_size: sizes, dilation: sizes = 1, padding: sizes = 0, stride: sizes = 1)")
                .group(LAYERS)
                .shape(UnfoldOp::shape)
                .ranks(3, 4)
                .kernels(EXACT, "im2col")
                .kernels(STEPS, "col2im")
                .samples(
                        "1x3x3 | kernel_size=2",
                        "2x2x3x4 | kernel_size=(2, 3), stride=2, padding=1",
                        "1x1x4x3 | kernel_size=2, dilation=(2, 1)")
                .twin("torch.ops.aten.im2col(input, two(kernel_size), two(dilation), two(padding), two(stride))")
                .moves(UnfoldOp::sources)
                .build());
    }

    private static Windows windows(Call call) {
        Windows.requireRank(call, call.shape(0), 2);
        return Windows.of(
                call,
                Windows.last(call.shape(0), 2),
                call.attributes().sizes("kernel_size", 2),
                call.attributes().sizes("stride", 2),
                call.attributes().sizes("padding", 2),
                call.attributes().sizes("dilation", 2));
    }

    private static Shape shape(Call call) {
        Shape x = call.shape(0);
        Windows windows = windows(call);
        int channels = x.dim(x.rank() - 3);
        if (channels == 0) {
            throw call.refused(x + " has no channels");
        }
        int columns = channels * windows.size();
        return x.rank() == 3 ? Shape.of(columns, windows.count()) : Shape.of(x.dim(0), columns, windows.count());
    }

    private static int[] sources(Call call) {
        Windows windows = windows(call);
        int image = Windows.product(windows.input());
        int images = call.shape(0).size() / Math.max(image, 1);
        int[] sources = new int[images * windows.size() * windows.count()];
        int at = 0;
        for (int i = 0; i < images; i++) {
            for (int element = 0; element < windows.size(); element++) {
                for (int window = 0; window < windows.count(); window++) {
                    int source = windows.source(window, element);
                    sources[at++] = source < 0 ? -1 : i * image + source;
                }
            }
        }
        return sources;
    }
}
