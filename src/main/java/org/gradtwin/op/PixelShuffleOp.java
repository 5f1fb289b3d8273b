package org.gradtwin.op;

import static org.gradtwin.language.Op.Budget.EXACT;
import static org.gradtwin.language.Op.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.Shape;

/** Channels in groups of r² become squares of r × r elements, or the other way round (torch.nn.functional.pixel_shuffle, pixel_unshuffle). */
@AutoService(OpFile.class)
public final class PixelShuffleOp implements OpFile {
    /** PyTorch leaves what has no elements in its shape, in this direction. */
    private static final String EMPTY = "value = input";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("pixel_shuffle(input, upscale_factor: int)")
                        .group(LAYERS)
                        .ranks(3, 4)
                        .kernels(EXACT, "pixel_shuffle", "pixel_unshuffle")
                        .samples("4x2x3 | upscale_factor=2", "1x4x1x2 | upscale_factor=2")
                        .twin("torch.pixel_shuffle(input, upscale_factor)")
                        .definition(PixelShuffleOp::shuffle)
                        .build(),
                Op.of("pixel_unshuffle(input, downscale_factor: int)")
                        .group(LAYERS)
                        .ranks(3, 4)
                        .kernels(EXACT, "pixel_shuffle", "pixel_unshuffle")
                        .samples("1x2x4 | downscale_factor=2", "1x2x4x2 | downscale_factor=2")
                        .twin("torch.pixel_unshuffle(input, downscale_factor)")
                        .definition(PixelShuffleOp::unshuffle)
                        .build());
    }

    private static String shuffle(Call call) {
        Shape x = call.shape(0);
        int r = call.attributes().integer("upscale_factor");
        int rank = x.rank();
        if (rank < 3 || r <= 0 || x.dim(rank - 3) % (r * r) != 0) {
            throw call.refused(x + " has no channels in groups of " + r + " times " + r);
        }
        int n = x.product(0, rank - 3);
        int c = x.dim(rank - 3) / (r * r);
        int h = x.dim(rank - 2);
        int w = x.last();
        return moved(n * c, new int[] {r, r, h, w}, "(0, 3, 1, 4, 2)", Windows.with(x, c, h * r, w * r));
    }

    private static String unshuffle(Call call) {
        Shape x = call.shape(0);
        int r = call.attributes().integer("downscale_factor");
        int rank = x.rank();
        if (rank < 3 || r <= 0 || x.dim(rank - 2) % r != 0 || x.last() % r != 0) {
            throw call.refused(x + " does not divide into squares of " + r + " times " + r);
        }
        if (x.size() == 0) {
            return EMPTY;
        }
        int c = x.dim(rank - 3);
        int h = x.dim(rank - 2) / r;
        int w = x.last() / r;
        return moved(x.product(0, rank - 2), new int[] {h, r, w, r}, "(0, 2, 4, 1, 3)", Windows.with(x, c * r * r, h, w));
    }

    private static String moved(int planes, int[] apart, String order, Shape result) {
        return """
                a = reshape(input, %s)
                b = permute(a, %s)
                value = reshape(b, %s)
                """.formatted(Rules.tuple(Windows.join(new int[] {planes}, apart)), order, Rules.tuple(result.dims()));
    }
}
