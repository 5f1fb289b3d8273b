package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Input (N, C, …) with other sizes than it has behind the channels (torch.nn.functional.interpolate, of mode 'nearest' and 'bilinear').
 * The i-th of m elements comes from place ⌊i·s⌋ of n, or lies between ⌊p⌋ and the next one at p = (i + ½)·s − ½, with
 * align_corners at p = i·(n − 1)/(m − 1); s is n/m, or the inverse of the scale factor.
 */
@AutoService(OpFile.class)
public final class InterpolateOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "interpolate(input, size: sizes = None, scale_factor: sizes = None, mode: 'nearest'|'bilinear' = 'nearest', align_corners: bool = None)")
                .alias(
                        "upsample(input, size: sizes = None, scale_factor: sizes = None, mode: 'nearest'|'bilinear' = 'nearest', align_corners: bool = None)")
                .alias("upsample_nearest(input, size: sizes = None, scale_factor: sizes = None)")
                .group(LAYERS)
                .ranks(3, 4, 5)
                .samples(
                        "1x2x3 | size=5",
                        "1x2x4 | scale_factor=2",
                        "1x1x2x3 | scale_factor=(2, 1)",
                        "1x1x3x2 | size=(2, 5), mode='bilinear'",
                        "1x2x2x3 | scale_factor=2, mode='bilinear', align_corners=True",
                        "1x1x2x1x2 | size=3")
                .kernels(EXACT, "upsample_nearest1d", "upsample_nearest2d", "upsample_nearest3d")
                .kernels(
                        STEPS,
                        "upsample_nearest1d_backward",
                        "upsample_nearest2d_backward",
                        "upsample_nearest3d_backward",
                        "upsample_bilinear2d",
                        "upsample_bilinear2d_backward")
                .twin("interpolated(input, size, scale_factor, mode, align_corners)")
                .definition(InterpolateOp::definition)
                .build());
    }

    private static String definition(Call call) {
        Shape shape = call.shape(0);
        boolean linear = call.attributes().text("mode").equals("bilinear");
        Object align = call.attributes().get("align_corners");
        if (linear ? shape.rank() != 4 : shape.rank() < 3 || shape.rank() > 5) {
            throw call.refused(shape + " has " + shape.rank() + " dimensions: mode '"
                    + call.attributes().text("mode") + "' takes " + (linear ? "4" : "3 to 5"));
        }
        if (!linear && align != null) {
            throw call.refused("align_corners is given with mode 'nearest': it takes mode 'bilinear'");
        }
        int count = shape.rank() - 2;
        int @Nullable [] sizes = numbers(call, "size", count);
        int @Nullable [] factors = numbers(call, "scale_factor", count);
        if ((sizes == null) == (factors == null)) {
            throw call.refused(
                    "takes one of size and scale_factor, " + (sizes == null ? "none is" : "both are") + " given");
        }
        StringBuilder lines = new StringBuilder("a0 = input\n"
                + (linear ? "one = " + (shape.size() == 0 ? "sum(input)" : "amax(ones_like(input))") + "\n" : ""));
        for (int d = 0; d < count; d++) {
            int dim = shape.rank() - 1 - d;
            int from = shape.dim(dim);
            int factor = factors == null ? 0 : factors[count - 1 - d];
            int to = sizes == null ? from * factor : sizes[count - 1 - d];
            if (from == 0 || to <= 0 || shape.dim(1) == 0) {
                throw call.refused("no " + to + " elements of " + from + " in " + shape + ": sizes are positive");
            }
            String part = "narrow(a" + d + ", " + dim + ", ";
            lines.append("a" + (d + 1) + " = cat((")
                    .append(IntStream.range(0, to)
                            .mapToObj(i -> linear
                                    ? between(part, i, from, to, factor, Boolean.TRUE.equals(align))
                                    : part + nearest(i, from, to, factor) + ", 1)")
                            .collect(Collectors.joining(", ", "", ",), " + dim + ")\n")));
        }
        return lines + "value = a" + count;
    }

    private static int @Nullable [] numbers(Call call, String key, int count) {
        Object given = call.attributes().get(key);
        if (given instanceof List<?> list && list.size() != count) {
            throw call.refused(key + " has " + list.size() + " numbers for " + count + " dimensions of " + call.shape(0)
                    + ": write " + count);
        }
        return given == null ? null : call.attributes().sizes(key, count);
    }

    /** PyTorch finds the place in float32; in float64 its values, but not its gradients, rarely differ: of (1, 1, 2) for size 82. */
    private static int nearest(int i, int from, int to, int factor) {
        if (to == from || to == 2 * from) {
            return i / (to / from);
        }
        float scale = factor > 0 ? (float) (1.0 / factor) : (float) from / to;
        return Math.min((int) Math.floor(i * scale), from - 1);
    }

    /**
     * Elements of weight 0 count too, as in PyTorch: what is not finite there makes NaN. The weight is a difference of places: of the
     * 200th element it is off by 200 roundings, whoever computes it.
     */
    private static String between(String part, int i, int from, int to, int factor, boolean align) {
        double scale = align ? to == 1 ? 0 : (from - 1.0) / (to - 1) : factor > 0 ? 1.0 / factor : (double) from / to;
        double moved = align ? 0 : 0.5;
        double place = from == to ? i : Math.max(scale * (i + moved) - moved, 0);
        int first = Math.min((int) Math.floor((float) place), from - 1);
        int second = from == to ? i : Math.min(first + 1, from - 1);
        String weight = place <= first || place - first > 1
                ? "one * " + (place <= first ? 0 : 1)
                : "(one * " + number(i + moved) + " * " + number(scale) + " - " + number(moved + first) + ")";
        return part + first + ", 1) * (one - " + weight + ") + " + part + second + ", 1) * " + weight;
    }

    private static Expr number(double number) {
        return new Expr.Number(number, false);
    }
}
