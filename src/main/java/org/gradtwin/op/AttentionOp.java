package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LAYERS;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.Shape;

/**
 * softmax(q kᵀ · scale + mask) v, scale 1/√(width of q) by default (torch.nn.functional.scaled_dot_product_attention). A bool mask
 * says which keys take part; a query that may look at none of them gets zeros.
 */
@AutoService(OpFile.class)
public final class AttentionOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of(
                        "scaled_dot_product_attention(query, key, value, attn_mask: mask_or_tensor = None, "
                                + "dropout_p: number = 0.0, is_causal: bool = False, *, scale: number = None, enable_gqa: bool = False)")
                .group(LAYERS)
                .shape(AttentionOp::shape)
                .ranks(2, 3, 4)
                .restricts(Restriction.ONLY_BY_DEFAULT, "dropout_p")
                .kinks("none; a row that is masked out is 0")
                .undefined(
                        "NaN or an infinity: PyTorch's kernel leaves NaN out of the largest of a row, and makes 0 of a row of none",
                        Near.NOT_FINITE_ANYWHERE)
                .undefined(
                        "a scale that is not above 0: PyTorch's kernel multiplies the −∞ of what is masked out by it",
                        (operands, attributes) ->
                                attributes.optionalNumber("scale").orElse(1) <= 0)
                .ofFiniteCotangents("one that is not finite: what is masked out is multiplied by 0, or left out")
                .kernels(
                        STEPS,
                        "_scaled_dot_product_flash_attention_for_cpu",
                        "_scaled_dot_product_flash_attention_for_cpu_backward",
                        "_safe_softmax",
                        "_softmax_backward_data")
                .kernels(TERMS, "mm", "bmm", "sum")
                .kernels(ROUNDED, "mul", "add")
                .kernels(
                        EXACT,
                        "where",
                        "transpose",
                        "tril",
                        "_unsafe_view",
                        "repeat_interleave",
                        "logical_not",
                        "index_select",
                        "new_empty_strided",
                        "unsafe_view")
                .samples(
                        "3x4 5x4 5x2 -",
                        "2x3x4 2x3x4 2x3x4 - | is_causal=True",
                        "2x3x4 2x3x4 2x3x4 3x3 | scale=0.5",
                        "1x2x3x2 1x2x4x2 1x2x4x2 3x4",
                        "2x4x3x2 2x2x3x2 2x2x3x2 - | enable_gqa=True")
                .twin(
                        "torch.ops.aten.scaled_dot_product_attention(query, key, value, attn_mask, dropout_p, is_causal, scale=scale, "
                                + "enable_gqa=enable_gqa)")
                .definition(AttentionOp::definition)
                .build());
    }

    private static Shape shape(Call call) {
        Shape q = call.shape(0);
        Shape k = call.shape(1);
        Shape v = call.shape(2);
        String what = "query " + q + ", key " + k + ", value " + v + ": ";
        if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2) {
            throw call.refused(what + "each needs at least 2 dimensions");
        }
        if (q.last() != k.last() || k.dim(k.rank() - 2) != v.dim(v.rank() - 2)) {
            throw call.refused(what + "query and key are equally wide, key and value equally long");
        }
        if (call.attributes().number("dropout_p") != 0) {
            throw call.refused("dropout_p " + call.attributes().number("dropout_p")
                    + " draws at random: give 0, and multiply by a mask that is an input");
        }
        if (call.has(3) && call.attributes().flag("is_causal")) {
            throw call.refused("attn_mask and is_causal=True exclude each other");
        }
        int[] batch = batch(q);
        if (call.attributes().flag("enable_gqa")) {
            if (q.rank() < 3 || k.rank() != q.rank() || v.rank() != q.rank()) {
                throw call.refused(what + "enable_gqa=True needs a dimension of heads before the last two");
            }
            int heads = batch.length - 1;
            if (k.dim(heads) != v.dim(heads) || k.dim(heads) == 0 || q.dim(heads) % k.dim(heads) != 0) {
                throw call.refused(what + "the heads of the query are no multiple of those of key and value");
            }
            batch[heads] = k.dim(heads);
        }
        int[] joined = call.broadcast(call.broadcast(Shape.of(batch), Shape.of(batch(k))), Shape.of(batch(v)))
                .dims();
        if (call.attributes().flag("enable_gqa")) {
            joined[joined.length - 1] = q.dim(q.rank() - 3);
        }
        int rank = joined.length + 2;
        int[] scores = Arrays.copyOf(joined, rank);
        scores[rank - 2] = q.dim(q.rank() - 2);
        scores[rank - 1] = k.dim(k.rank() - 2);
        if (call.has(3) && !call.broadcast(Shape.of(scores), call.shape(3)).equals(Shape.of(scores))) {
            throw call.refused("attn_mask " + call.shape(3) + " does not stretch to the scores " + Shape.of(scores));
        }
        scores[rank - 1] = v.last();
        return Shape.of(scores);
    }

    private static int[] batch(Shape shape) {
        return Arrays.copyOf(shape.dims(), shape.rank() - 2);
    }

    private static String definition(Call call) {
        Shape q = call.shape(0);
        Shape k = call.shape(1);
        double scale = call.attributes().optionalNumber("scale").orElse(1 / Math.sqrt(q.last()));
        StringBuilder text = new StringBuilder();
        if (call.attributes().flag("enable_gqa")) {
            int heads = q.rank() - 3;
            int shared = q.dim(heads) / k.dim(heads);
            for (String name : List.of("key", "value")) {
                Shape shape = call.shape(name.equals("key") ? 1 : 2);
                int[] apart = IntStream.concat(
                                Arrays.stream(shape.dims(), 0, heads + 1),
                                IntStream.concat(IntStream.of(1), Arrays.stream(shape.dims(), heads + 1, shape.rank())))
                        .toArray();
                int[] joined = shape.dims();
                joined[heads] *= shared;
                text.append("%s0 = reshape(%s, %s)\n".formatted(name, name, Rules.tuple(apart)))
                        .append("%s1 = reshape(cat((%s), %d), %s)\n"
                                .formatted(name, (name + "0, ").repeat(shared), heads + 1, Rules.tuple(joined)));
            }
        }
        String suffix = call.attributes().flag("enable_gqa") ? "1" : "";
        text.append("s = matmul(query, transpose(key%s, -2, -1)) * %s\n".formatted(suffix, scale));
        String scores = "s";
        if (call.attributes().flag("is_causal")) {
            text.append("ones = where(s == s, 1.0, 1.0)\n");
            text.append("m = where(cumsum(ones, -2) >= cumsum(ones, -1), s, float('-inf'))\n");
            scores = "m";
        } else if (call.has(3)) {
            Type mask = call.operands().get(3);
            boolean bool = mask != null && !mask.dtype().isFloating();
            text.append(bool ? "m = where(attn_mask, s, float('-inf'))\n" : "m = s + attn_mask\n");
            scores = "m";
        }
        if (k.dim(k.rank() - 2) == 0) {
            return text + "output = matmul(%s, value%s)".formatted(scores, suffix);
        }
        return text + """
                top = detach(amax(%s, -1, keepdim=True))
                e = exp(%s - where(top == float('-inf'), 0, top))
                t = sum(e, -1, keepdim=True)
                output = matmul(e / where(t == 0, 1, t), value%s)
                """.formatted(scores, scores, suffix);
    }
}
