package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** Losses, as in {@code torch.nn.functional}. */
public final class Losses {
    /** PyTorch's default of {@code ignore_index}. */
    public static final int IGNORE_INDEX = -100;

    private static final Binary SQUARED_ERROR = new Binary("mse_loss", Losses64.SQUARED_ERROR, Losses32.SQUARED_ERROR);

    private static final Binary ABSOLUTE_ERROR =
            new Binary("l1_loss", Losses64.ABSOLUTE_ERROR, Losses32.ABSOLUTE_ERROR);

    private static final Binary LOGISTIC =
            new Binary("binary_cross_entropy_with_logits", Losses64.LOGISTIC, Losses32.LOGISTIC);

    private Losses() {}

    /**
     * {@code mse_loss}: (x − target)², reduced over the elements of both, broadcast.
     *
     * @throws IllegalArgumentException if the shapes do not broadcast, or the operands are of two graphs
     */
    public static Matrix mseLoss(Matrix x, Matrix target, Reduction reduction) {
        return reduce(SQUARED_ERROR.apply(x, target), reduction);
    }

    /**
     * {@code l1_loss}: |x − target|, reduced likewise; the derivative at 0 is 0, times the gradient: NaN if that is infinite.
     *
     * @throws IllegalArgumentException if the shapes do not broadcast, or the operands are of two graphs
     */
    public static Matrix l1Loss(Matrix x, Matrix target, Reduction reduction) {
        return reduce(ABSOLUTE_ERROR.apply(x, target), reduction);
    }

    /**
     * {@code huber_loss}: with e = x − target, e²/2 where |e| &lt; delta, else delta·(|e| − delta/2).
     *
     * @throws IllegalArgumentException if delta is not positive
     */
    public static Matrix huberLoss(Matrix x, Matrix target, double delta, Reduction reduction) {
        if (!(delta > 0)) {
            throw new IllegalArgumentException("huber_loss: delta must be positive, but is " + delta);
        }
        Binary huber = new Binary("huber_loss", Losses64.huber(delta), Losses32.huber((float) delta));
        return reduce(huber.apply(x, target), reduction);
    }

    /**
     * {@code binary_cross_entropy_with_logits}: (1 − t)·x − (1 + (p − 1)·t)·log sigmoid(x), times the weight.
     *
     * @param x logits
     * @param target of the same shape
     * @param weight broadcasts to x, or null; takes no gradient
     * @param posWeight p, broadcasts to x, or null for 1; takes no gradient
     * @throws IllegalArgumentException if the shapes do not fit or a weight requires a gradient
     */
    public static Matrix binaryCrossEntropyWithLogits(
            Matrix x, Matrix target, @Nullable Matrix weight, @Nullable Matrix posWeight, Reduction reduction) {
        String op = "binary_cross_entropy_with_logits";
        if (!x.shape().equals(target.shape())) {
            throw new IllegalArgumentException("%s: target %s for input %s".formatted(op, target.shape(), x.shape()));
        }
        x.sameGraph(op, target);
        checkWeight(op, "weight", x, weight);
        checkWeight(op, "pos_weight", x, posWeight);
        Matrix loss = posWeight == null ? LOGISTIC.apply(x, target) : LogisticLoss.of(x, target, posWeight);
        if (weight != null) {
            loss = loss.mul(weight);
        }
        if (!loss.shape().equals(x.shape())) {
            throw new IllegalArgumentException(
                    "%s: the weights broadcast input %s to %s".formatted(op, x.shape(), loss.shape()));
        }
        return reduce(loss, reduction);
    }

    /** {@code nll_loss} with its defaults: no weight, the mean. */
    public static Matrix nllLoss(Matrix logProbabilities, int... targets) {
        return nllLoss(logProbabilities, targets, null, IGNORE_INDEX, Reduction.MEAN);
    }

    /**
     * {@code nll_loss}: −w[t]·x[t] for each target; the mean is weighted with w[t].
     *
     * @param logProbabilities (batch, classes, …), or (classes)
     * @param targets one class for each of (batch, …), row-major
     * @param weight one a class, or null; takes no gradient
     * @param ignoreIndex elements with this target count nowhere
     * @throws IllegalArgumentException if a target is no class, or shapes differ
     */
    public static Matrix nllLoss(
            Matrix logProbabilities, int[] targets, @Nullable Matrix weight, int ignoreIndex, Reduction reduction) {
        checkWeight("nll_loss", "weight", logProbabilities, weight);
        ClassLoss loss =
                new ClassLoss("nll_loss", logProbabilities.shape(), targets, weight, ignoreIndex, 0, reduction);
        return loss.ofLogProbabilities(logProbabilities);
    }

    /** {@code cross_entropy} with its defaults: no weight, no smoothing, the mean. */
    public static Matrix crossEntropy(Matrix logits, int... targets) {
        return crossEntropy(logits, targets, null, IGNORE_INDEX, 0, Reduction.MEAN);
    }

    /**
     * {@code cross_entropy} with class indices: nll_loss of log_softmax. With label smoothing s and C classes it is (1 −
     * s)·nll + s/C·Σ over the classes c of −w[c]·log_softmax[c].
     *
     * @param logits (batch, classes, …), or (classes)
     * @param targets one class for each of (batch, …), row-major
     * @param weight one a class, or null; takes no gradient
     * @param ignoreIndex elements with this target count nowhere
     * @param labelSmoothing s, from 0 to 1
     * @throws IllegalArgumentException if a target is no class, or shapes differ
     */
    public static Matrix crossEntropy(
            Matrix logits,
            int[] targets,
            @Nullable Matrix weight,
            int ignoreIndex,
            double labelSmoothing,
            Reduction reduction) {
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw new IllegalArgumentException(
                    "cross_entropy: label_smoothing must be between 0 and 1, but is " + labelSmoothing);
        }
        checkWeight("cross_entropy", "weight", logits, weight);
        ClassLoss loss =
                new ClassLoss("cross_entropy", logits.shape(), targets, weight, ignoreIndex, labelSmoothing, reduction);
        return loss.ofLogits(logits);
    }

    private static void checkWeight(String op, String name, Matrix x, @Nullable Matrix weight) {
        if (weight != null) {
            x.sameGraph(op, weight);
        }
        if (weight != null && weight.requiresGrad()) {
            throw new IllegalArgumentException("%s: %s cannot require a gradient".formatted(op, name));
        }
    }

    private static Matrix reduce(Matrix loss, Reduction reduction) {
        return switch (reduction) {
            case NONE -> loss;
            case MEAN -> loss.mean(Axes.ALL);
            case SUM -> loss.sum(Axes.ALL);
        };
    }
}
