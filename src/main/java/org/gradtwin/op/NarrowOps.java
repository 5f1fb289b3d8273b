package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** A part of one dimension, one place of it, windows along it (torch.narrow, torch.select, Tensor.unfold), and pixels from channels. */
@AutoService(OpFile.class)
public final class NarrowOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("narrow(input: any, dim: int, start: int, length: int)")
                        .group(SHAPE)
                        .shape(NarrowOps::narrowed)
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "narrow", "slice", "slice_backward", "zeros")
                        .twin("torch.narrow(input, dim, start, length)")
                        .moves(NarrowOps::narrow)
                        .build(),
                Op.of("select(input: any, dim: int, index: int)")
                        .group(SHAPE)
                        .shape(call -> Rules.without(call.shape(0), selected(call)[0]))
                        .ranks(1, 2, 3, 4)
                        .kernels(EXACT, "select", "select_backward", "zeros")
                        .twin("torch.select(input, dim, index)")
                        .moves(call -> Sources.along(call, selected(call)[0], selected(call)[1]))
                        .build(),
                Op.of("unfold(input: any, dimension: int, size: int, step: int)")
                        .id("unfold_dim")
                        .method()
                        .group(SHAPE)
                        .shape(NarrowOps::windows)
                        .ranks(0, 1, 2, 3, 4)
                        .kinks("none; gradients add up where windows overlap")
                        .kernels(EXACT, "unfold")
                        .kernels(TERMS, "unfold_backward")
                        .twin("input.unfold(dimension, size, step)")
                        .moves(NarrowOps::unfold)
                        .build(),
                Op.of("pixel_shuffle(input: any, upscale_factor: int)")
                        .group(SHAPE)
                        .samples("1x4x2x3 | upscale_factor=2")
                        .ranks(3, 4)
                        .kernels(
                                EXACT,
                                "pixel_shuffle",
                                "view",
                                "permute",
                                "clone",
                                "_unsafe_view",
                                "alias",
                                "pixel_unshuffle")
                        .twin("torch.pixel_shuffle(input, upscale_factor)")
                        .definition(NarrowOps::shuffled)
                        .build(),
                Op.of("pixel_unshuffle(input: any, downscale_factor: int)")
                        .group(SHAPE)
                        .samples("1x2x2x4 | downscale_factor=2")
                        .ranks(3, 4)
                        .kernels(
                                EXACT,
                                "pixel_unshuffle",
                                "view",
                                "permute",
                                "clone",
                                "_unsafe_view",
                                "alias",
                                "pixel_shuffle")
                        .twin("torch.pixel_unshuffle(input, downscale_factor)")
                        .definition(NarrowOps::unshuffled)
                        .build());
    }

    private static Shape narrowed(Call call) {
        Shape shape = call.shape(0);
        int dim = shape.dimension(call.attributes().integer("dim"));
        int length = call.attributes().integer("length");
        int given = call.attributes().integer("start");
        int size = Sources.size(shape, dim);
        int start = given < 0 ? given + size : given;
        if (shape.rank() == 0 || start < 0 || length < 0 || start + length > size) {
            throw call.refused("start " + given + " and length " + length + " do not lie within the " + size
                    + " of dimension " + dim + " of " + shape);
        }
        return Rules.with(shape, dim, length);
    }

    private static int[] narrow(Call call) {
        Shape shape = call.shape(0);
        int dim = shape.dimension(call.attributes().integer("dim"));
        int start = call.attributes().integer("start");
        int first = start < 0 ? start + shape.dim(dim) : start;
        return Sources.along(
                call,
                dim,
                IntStream.range(first, first + call.attributes().integer("length"))
                        .toArray());
    }

    /** The dimension and the place, counted from 0. */
    private static int[] selected(Call call) {
        Shape shape = call.shape(0);
        if (shape.rank() == 0) {
            throw call.refused("a number has no dimension to choose from");
        }
        int dim = shape.dimension(call.attributes().integer("dim"));
        int index = call.attributes().integer("index");
        int size = shape.dim(dim);
        if (index < -size || index >= size) {
            throw call.refused("index " + index + " is out of range for dimension " + dim + " of " + shape);
        }
        return new int[] {dim, Math.floorMod(index, size)};
    }

    private static Shape windows(Call call) {
        Shape shape = call.shape(0);
        int dim = shape.dimension(call.attributes().integer("dimension"));
        int length = call.attributes().integer("size");
        int step = call.attributes().integer("step");
        int size = Sources.size(shape, dim);
        if (length < 0 || length > size || step <= 0) {
            throw call.refused("windows of size " + length + " in steps of " + step + " along the " + size
                    + " of dimension " + dim + " of " + shape);
        }
        int[] dims = Arrays.copyOf(shape.dims(), shape.rank() + 1);
        dims[shape.rank()] = length;
        if (shape.rank() > 0) {
            dims[dim] = (size - length) / step + 1;
        }
        return Shape.of(dims);
    }

    private static int[] unfold(Call call) {
        Shape from = call.shape(0);
        int dim = from.dimension(call.attributes().integer("dimension"));
        int step = call.attributes().integer("step");
        return Sources.byIndex(windows(call), from, index -> {
            int[] own = Arrays.copyOf(index, from.rank());
            if (from.rank() > 0) {
                own[dim] = index[dim] * step + index[from.rank()];
            }
            return own;
        });
    }

    private static String shuffled(Call call) {
        int r = call.attributes().integer("upscale_factor");
        int[] image = image(call);
        if (r <= 0 || image[1] % (r * r) != 0) {
            throw call.refused(image[1] + " channels are not a multiple of the square of upscale_factor " + r);
        }
        return through(
                call,
                new int[] {image[0], image[1] / (r * r), r, r, image[2], image[3]},
                new int[] {0, 1, 4, 2, 5, 3},
                image[1] / (r * r),
                image[2] * r,
                image[3] * r);
    }

    private static String unshuffled(Call call) {
        int r = call.attributes().integer("downscale_factor");
        int[] image = image(call);
        if (r <= 0 || image[2] % r != 0 || image[3] % r != 0) {
            throw call.refused(
                    "height " + image[2] + " and width " + image[3] + " are not multiples of downscale_factor " + r);
        }
        return through(
                call,
                new int[] {image[0], image[1], image[2] / r, r, image[3] / r, r},
                new int[] {0, 1, 3, 5, 2, 4},
                image[1] * r * r,
                image[2] / r,
                image[3] / r);
    }

    /** All dimensions before the last three as one, then those. */
    private static int[] image(Call call) {
        Shape shape = call.shape(0);
        int rank = shape.rank();
        if (rank < 3) {
            throw call.refused(shape + " has no channels, height and width");
        }
        return new int[] {shape.product(0, rank - 3), shape.dim(rank - 3), shape.dim(rank - 2), shape.dim(rank - 1)};
    }

    private static String through(Call call, int[] apart, int[] order, int... last) {
        int[] dims = call.shape(0).dims();
        System.arraycopy(last, 0, dims, dims.length - 3, 3);
        return "a = reshape(input, " + Rules.tuple(apart) + ")\nvalue = reshape(permute(a, " + Rules.tuple(order)
                + "), " + Rules.tuple(dims) + ")";
    }
}
