package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;

/**
 * Cross entropy of softmax, with its gradient in closed form instead of on a tape. For logits S (B, N) and a target
 * class t of each row, with δ (B, N) the one-hot rows of the targets:
 *
 * <p>L = −(1/B)·Σ log softmax(S)[i, t(i)], computed as logsumexp − S[i, t(i)] so that large logits do not overflow and
 * small probabilities do not underflow, and backward, in the numbering of the notebook,
 *
 * <p>(7) ∂L/∂S = −(1/B)·(δ − softmax(S)), shape (B, N). With the sum instead of the mean, without the 1/B.
 *
 * <p>Buffers are made for the first batch and reused while its size stays. Arrays that methods return are copies; a
 * {@link DenseNetwork} does without them.
 */
public final class SoftmaxCrossEntropy {
    private final Precision precision;
    private final Graph graph;
    private final int classes;
    private final boolean mean;
    private int[] targets = {};
    /** Counts forwards. */
    private int turn;

    private Storage input;
    private Storage logProbabilities;
    private Storage gradient;

    /**
     * For logits of so many classes, on the fastest kernels of this machine.
     *
     * @param reduction the mean or the sum over the batch
     * @throws IllegalArgumentException if there is no class, or no reduction
     */
    public SoftmaxCrossEntropy(int classes, Reduction reduction, Precision precision) {
        this(classes, reduction, precision, Kernels.best());
    }

    /** The same on the given kernels. */
    public SoftmaxCrossEntropy(int classes, Reduction reduction, Precision precision, Kernels kernels) {
        if (classes < 1 || reduction == Reduction.NONE) {
            throw new IllegalArgumentException(
                    "softmax cross entropy: %d classes, reduction %s".formatted(classes, reduction));
        }
        this.classes = classes;
        this.mean = reduction == Reduction.MEAN;
        this.precision = precision;
        // For its scratch arrays only: nothing is recorded.
        this.graph = new Graph(precision, kernels);
        input = precision.allocate(0);
        logProbabilities = precision.allocate(0);
        gradient = precision.allocate(0);
    }

    int turn() {
        return turn;
    }

    int classes() {
        return classes;
    }

    Precision precision() {
        return precision;
    }

    /**
     * The loss.
     *
     * @param logits S (batch, classes), row-major
     * @param targets one class a row
     * @throws IllegalArgumentException if the lengths do not go together, or a target is no class
     */
    public double forward(double[] logits, int... targets) {
        check(logits.length, targets);
        input = precision.store(input, logits);
        return forward(input, targets);
    }

    /** Refuses what {@link #forward} refuses. */
    void check(int logits, int... targets) {
        if (targets.length == 0 || logits != targets.length * classes) {
            throw new IllegalArgumentException("softmax cross entropy: %d logits and %d targets for %d classes"
                    .formatted(logits, targets.length, classes));
        }
        for (int target : targets) {
            if (target < 0 || target >= classes) {
                throw new IllegalArgumentException(
                        "softmax cross entropy: target %d is none of the %d classes".formatted(target, classes));
            }
        }
    }

    /** The loss of logits and targets that go together. */
    double forward(Storage logits, int... targets) {
        this.targets = targets.clone();
        turn++;
        if (gradient.length() != logits.length()) {
            logProbabilities = precision.allocate(logits.length());
            gradient = precision.allocate(logits.length());
        }
        Softmax.logSoftmax(graph, logits, rows(), logProbabilities);
        Storage losses = graph.allocate(targets.length);
        for (int row = 0; row < targets.length; row++) {
            losses.set(row, -logProbabilities.get(row * classes + targets[row]));
        }
        double sum = losses.sum(0, targets.length, 1);
        graph.release(losses);
        return mean ? precision.round(sum / targets.length) : sum;
    }

    /**
     * Equation (7), for the latest forward.
     *
     * @return ∂L/∂S (batch, classes)
     * @throws IllegalStateException before a forward
     */
    public double[] backward() {
        return gradient().toDoubles();
    }

    /** The same; the numbers are this loss's. */
    Storage gradient() {
        if (targets.length == 0) {
            throw new IllegalStateException("softmax cross entropy: backward needs a forward before it");
        }
        double scale = mean ? precision.round(1.0 / targets.length) : 1;
        Axes.Walk rows = rows();
        Softmax.split(graph, rows, (from, to) -> {
            Softmax.exp(graph, rows, logProbabilities, gradient, from, to);
            for (int row = from; row < to; row++) {
                int target = row * classes + targets[row];
                gradient.set(target, gradient.get(target) - 1);
            }
            gradient.scale(scale, from * classes, to * classes);
        });
        return gradient;
    }

    private Axes.Walk rows() {
        return Axes.along(Shape.of(targets.length, classes), 1);
    }
}
