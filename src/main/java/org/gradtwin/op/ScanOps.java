package org.gradtwin.op;

import static org.gradtwin.language.Budget.ELEMENTARY;
import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SCANS;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** Running products and running logarithms of sums (torch.cumprod, torch.logcumsumexp). */
@AutoService(OpFile.class)
public final class ScanOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("cumprod(input, dim: int)")
                        .group(SCANS)
                        .shape(Rules::along)
                        .ranks(0, 1, 2, 3, 4)
                        .kinks("zeros: the gradient of the first is the product of the others, as far as they lead")
                        .undefined(
                                "huge, small or not finite: PyTorch divides a sum of products by it",
                                (operands, attributes) -> Near.any(
                                        operands.get(0), x -> x != 0 && !(Math.abs(x) >= 0x1p-20 && Math.abs(x) <= 2)))
                        .undefined(
                                "elements whose product leaves the range of float32: it does so sooner or later",
                                (operands, attributes) -> Near.leavesRange(operands.get(0)))
                        .ofFiniteCotangents(
                                "one that is not finite: PyTorch divides by an element what others divide each by its own")
                        .kernels(TERMS, "cumprod", "cumsum", "sum", "prod")
                        .kernels(
                                EXACT,
                                "flip",
                                "eq",
                                "where",
                                "masked_fill",
                                "masked_fill_",
                                "narrow",
                                "select",
                                "any",
                                "zeros",
                                "cat",
                                "unsqueeze",
                                "ones",
                                "expand",
                                "copy_",
                                "slice",
                                "logical_and",
                                "logical_not",
                                "bitwise_and")
                        .kernels(ROUNDED, "div", "mul", "add")
                        .twin("torch.cumprod(input, dim)")
                        .definition(ScanOps::products)
                        .build(),
                Op.of("logcumsumexp(input, dim: int)")
                        .group(SCANS)
                        .shape(Rules::along)
                        .ranks(0, 1, 2, 3, 4)
                        .ofFiniteCotangents("of one that is NaN PyTorch makes 0")
                        .kernels(TERMS, "logcumsumexp", "_logcumsumexp")
                        .kernels(ELEMENTARY, "exp", "log")
                        .kernels(ROUNDED, "sub", "add")
                        .kernels(EXACT, "flip", "neg", "gt", "lt", "where", "scalar_tensor")
                        .twin("torch.logcumsumexp(input, dim)")
                        .definition(ScanOps::logarithms)
                        .build());
    }

    /** One element after the other along the dimension. */
    private static String products(Call call) {
        int dim = Ordered.dim(call);
        int size = Sources.size(call.shape(0), dim);
        if (call.shape(0).rank() == 0 || size == 0) {
            return "value = input * 1";
        }
        StringBuilder text = new StringBuilder("y0 = select(input, " + dim + ", 0)\n");
        for (int i = 1; i < size; i++) {
            text.append("x%1$d = select(input, %2$d, %1$d)\ny%1$d = y%3$d * x%1$d\n".formatted(i, dim, i - 1));
        }
        return text + "value = stack("
                + IntStream.range(0, size).mapToObj(i -> "y" + i).collect(Rules.TUPLE) + ", " + dim + ")";
    }

    /**
     * Each result from all elements up to its place, and not from the result before it: from there an infinity would make NaN of the
     * gradients of elements ahead of it.
     */
    private static String logarithms(Call call) {
        int dim = Ordered.dim(call);
        int size = Sources.size(call.shape(0), dim);
        if (call.shape(0).rank() == 0 || size == 0) {
            return "value = input * 1";
        }
        return "value = cat("
                + IntStream.rangeClosed(1, size)
                        .mapToObj(i -> "logsumexp(narrow(input, %1$d, 0, %2$d), %1$d, keepdim=True)".formatted(dim, i))
                        .collect(Rules.TUPLE)
                + ", " + dim + ")";
    }
}
