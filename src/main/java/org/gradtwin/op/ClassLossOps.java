package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.STEPS;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LOSSES;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Losses with a class index for each row: nll_loss and cross_entropy, which also takes a probability of each class (torch.nn.functional). */
@AutoService(OpFile.class)
public final class ClassLossOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of(
                                "nll_loss(input, target: indices, weight = None, *, ignore_index: int = -100, reduction: 'mean'|'sum'|'none' = 'mean')")
                        .group(LOSSES)
                        .restricts(Restriction.CONSTANT, "weight")
                        .shape(ClassLossOps::shape)
                        .indices(ClassLossOps::requireClasses)
                        .ranks(1, 2)
                        .kinks("every row ignored: mean is NaN")
                        .kernels(
                                STEPS,
                                "nll_loss_forward",
                                "nll_loss_backward",
                                "nll_loss2d_forward",
                                "nll_loss2d_backward")
                        .kernels(EXACT, "gather", "squeeze", "unsqueeze")
                        .twin(
                                "torch.ops.aten.nll_loss_nd(input.contiguous(), target, weight, code(reduction), ignore_index)")
                        .primitive()
                        .gradient(ClassLossOps::gradient)
                        .build(),
                Op.of(
                                "cross_entropy(input, target: indices_or_tensor, weight = None, *, ignore_index: int = -100, reduction: 'mean'|'sum'|'none' = 'mean', label_smoothing: number = 0.0)")
                        .group(LOSSES)
                        .restricts(Restriction.CONSTANT, "weight")
                        .shape(ClassLossOps::smoothed)
                        .shiftInvariant(call -> classDim(call.shape(0)))
                        .indices(ClassLossOps::requireClasses)
                        .ranks(1, 2)
                        .kinks("every row ignored, or no row at all: mean is NaN")
                        .kernels(
                                STEPS,
                                "_log_softmax",
                                "_log_softmax_backward_data",
                                "nll_loss_forward",
                                "nll_loss_backward")
                        .kernels(TERMS, "sum")
                        .kernels(ROUNDED, "mul", "div", "add")
                        .kernels(EXACT, "masked_fill", "neg", "ne", "bitwise_not", "fill")
                        .twin(
                                "torch.ops.aten.cross_entropy_loss(input, target, weight, code(reduction), ignore_index, label_smoothing)")
                        .definition(ClassLossOps::crossEntropy)
                        .build());
    }

    /** Input (N, C, …) with target (N, …), or (C,) with (); weight (C,). */
    private static Shape shape(Call call) {
        Shape input = call.shape(0);
        Shape target = call.shape(1);
        int along = classDim(input);
        boolean fits = input.rank() > 0 && target.rank() == input.rank() - 1;
        for (int d = 0; fits && d < target.rank(); d++) {
            fits = target.dim(d) == input.dim(d < along ? d : d + 1);
        }
        if (!fits) {
            throw call.refused(
                    "input " + input + " with target " + target + ": expected (N, C, …) with (N, …), or (C,) with ()");
        }
        requireWeight(call);
        return call.attributes().text("reduction").equals("none") ? target : Shape.SCALAR;
    }

    private static Shape smoothed(Call call) {
        double smoothing = call.attributes().number("label_smoothing");
        if (!(smoothing >= 0 && smoothing <= 1)) {
            throw call.refused("label_smoothing " + smoothing + " is not in [0, 1]");
        }
        return call.hasTensorForIndices() ? probable(call) : shape(call);
    }

    /** Input and target (N, C, …), or (C,); weight (C,). */
    private static Shape probable(Call call) {
        Shape input = call.shape(0);
        if (!call.shape(1).equals(input) || input.rank() == 0) {
            throw call.refused("input " + input + " with floating-point target " + call.shape(1)
                    + ": probabilities have the input's shape, (N, C, …) or (C,); classes are int64");
        }
        int ignored = call.attributes().integer("ignore_index");
        if (ignored >= 0) {
            throw call.refused("ignore_index " + ignored + " is not for probabilities: they have no index");
        }
        requireWeight(call);
        return call.attributes().text("reduction").equals("none")
                ? Rules.without(input, classDim(input))
                : Shape.SCALAR;
    }

    private static void requireWeight(Call call) {
        Shape input = call.shape(0);
        int classes = input.dim(classDim(input));
        if (call.has(2) && !call.shape(2).equals(Shape.of(classes))) {
            throw call.refused("weight " + call.shape(2) + " is not one number for each of " + classes + " classes");
        }
    }

    /**
     * nll_loss of log_softmax; with smoothing s, (1 − s) of it and s/C of the same for a target of all classes at once: their sum,
     * in the place of each class.
     */
    private static String crossEntropy(Call call) {
        Shape input = call.shape(0);
        int dim = classDim(input);
        String log = "p = log_softmax(input, dim=" + dim + ")\n";
        if (call.hasTensorForIndices()) {
            return log + ofProbabilities(call, dim);
        }
        String weight = call.has(2) ? "weight" : "None";
        String rest = ", ignore_index=ignore_index, reduction=";
        double smoothing = call.attributes().number("label_smoothing");
        if (smoothing == 0) {
            return log + "value = nll_loss(p, target, " + weight + rest + "reduction)";
        }
        boolean mean = call.attributes().text("reduction").equals("mean");
        String weighted = call.has(2) ? "p * reshape(weight, " + Rules.tuple(spread(input, dim)) + ")" : "p";
        return log
                + "every = sum(" + weighted + ", dim=" + dim + ", keepdim=True)\n"
                + "smooth = nll_loss(where(p == p, every, every), target, None" + rest
                + (mean ? "'sum'" : "reduction") + ")\n"
                + (mean
                        ? "smooth_mean = smooth / nll_loss(where(p == p, -1, -1.0), target, " + weight + rest
                                + "'sum')\n"
                        : "smooth_mean = smooth\n")
                + "value = nll_loss(p, target, " + weight + rest + "reduction) * " + (1 - smoothing)
                + " + smooth_mean * "
                + smoothing / input.dim(dim);
    }

    /** −Σ of target·p over the classes; the mean is by rows, whatever the classes weigh. With smoothing s, s/C of all classes is mixed in. */
    private static String ofProbabilities(Call call, int dim) {
        Shape input = call.shape(0);
        int classes = input.dim(dim);
        double smoothing = call.attributes().number("label_smoothing");
        String target = smoothing == 0 ? "target" : "(target * " + (1 - smoothing) + " + " + smoothing / classes + ")";
        String weights = call.has(2) ? " * reshape(weight, " + Rules.tuple(spread(input, dim)) + ")" : "";
        String loss = "loss = p * " + target + weights + "\n";
        return switch (call.attributes().text("reduction")) {
            case "none" -> loss + "value = -sum(loss, dim=" + dim + ")";
            case "sum" -> loss + "value = -sum(loss)";
            default ->
                loss + "value = -sum(loss) " + (input.size() == 0 ? "+ float('nan')" : "/ " + input.size() / classes);
        };
    }

    private static int classDim(Shape input) {
        return input.rank() == 1 ? 0 : 1;
    }

    private static void requireClasses(Call call, List<@Nullable Tensor> tensors) {
        if (call.hasTensorForIndices()) {
            return;
        }
        Shape input = call.shape(0);
        Rules.requireRange(
                call,
                tensors.get(1),
                input.dim(classDim(input)),
                call.attributes().integer("ignore_index"));
    }

    /** Which class is each row's target, told by the losses of each class alone, selects where the gradient goes. */
    private static String gradient(Call call) {
        Shape input = call.shape(0);
        int dim = classDim(input);
        int classes = input.dim(dim);
        int[] one = input.dims();
        one[dim] = 1;
        String mean = call.attributes().text("reduction").equals("mean") ? " / total" : "";
        String weight = call.has(2) ? "weight" : "None";
        StringBuilder text = new StringBuilder("place = cumsum(where(input == input, 1, 1), " + dim + ")\n");
        StringBuilder parts = new StringBuilder();
        for (int c = 1; c <= classes; c++) {
            text.append(
                    "hit%d = nll_loss(where(place == %d, 1, 0), target, None, ignore_index=ignore_index, reduction='none')\n"
                            .formatted(c, c));
            parts.append("reshape(hit%d, %s), ".formatted(c, Rules.tuple(one)));
        }
        String weights = call.has(2) ? " * reshape(weight, " + Rules.tuple(spread(input, dim)) + ")" : "";
        String g =
                call.attributes().text("reduction").equals("none") ? "reshape(grad, " + Rules.tuple(one) + ")" : "grad";
        return text
                + "total = nll_loss(where(input == input, -1, -1), target, %s, ignore_index=ignore_index, reduction='sum')\n"
                        .formatted(weight)
                + "hits = cat((" + parts + "), " + dim + ")\n"
                + "grad(input) = where(hits == 0, 0, hits%s * %s%s)\n".formatted(weights, g, mean);
    }

    private static int[] spread(Shape input, int dim) {
        int[] stretched = new int[input.rank()];
        Arrays.fill(stretched, 1);
        stretched[dim] = input.dim(dim);
        return stretched;
    }
}
