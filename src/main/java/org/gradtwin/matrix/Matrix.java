package org.gradtwin.matrix;

import java.util.List;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A value on the tape of a {@link Graph}: numbers in a shape of any rank. Ops make new values and never modify their
 * operands; operands broadcast, and the names, formulas and conventions are PyTorch's. Losses and layers are in
 * {@link Losses}, {@link Layers} and {@link Activations}.
 *
 * <p>Every op throws {@link IllegalArgumentException} with the shapes in its message if they do not go together, and
 * {@link IllegalStateException} if an operand was forgotten by {@link Graph#reset()}.
 */
public final class Matrix {
    private final Graph graph;
    private final Shape shape;
    private final boolean requiresGrad;
    private final @Nullable Pullback pullback;
    final int position;
    private @Nullable Storage data;
    private @Nullable Storage gradient;

    Matrix(Graph graph, Shape shape, Storage data, boolean requiresGrad, @Nullable Pullback pullback, int position) {
        this.graph = graph;
        this.shape = shape;
        this.data = data;
        this.requiresGrad = requiresGrad;
        this.pullback = pullback;
        this.position = position;
    }

    /** The graph that this value is recorded in. */
    public Graph graph() {
        return graph;
    }

    /** The sizes. */
    public Shape shape() {
        return shape;
    }

    /** Whether backward computes a gradient for this value. */
    public boolean requiresGrad() {
        return requiresGrad;
    }

    /** The elements, row-major; a copy. */
    public double[] values() {
        return data().toDoubles();
    }

    /** The one element of a value that has just one. */
    public double item() {
        if (shape.size() != 1) {
            throw new IllegalArgumentException("item: %s has %d elements".formatted(shape, shape.size()));
        }
        return data().get(0);
    }

    /**
     * The gradient of the value that backward was called on, weighted with its cotangent, with respect to this value;
     * a copy. Null if there is none: because no backward was run, this value requires no gradient, or the root does
     * not depend on it. Dependence follows from the structure of the graph: a gradient of zeros is not null.
     */
    public double @Nullable [] grad() {
        data();
        return gradient == null ? null : gradient.toDoubles();
    }

    /** Backward from a value of one element, with cotangent 1. */
    public void backward() {
        if (shape.size() != 1) {
            throw new IllegalArgumentException(
                    "backward: %s has %d elements, a cotangent is needed".formatted(shape, shape.size()));
        }
        backward(1.0);
    }

    /**
     * Computes the gradient of Σ cotangent·this for every value that this one depends on.
     *
     * @param cotangent one number an element, row-major
     * @throws IllegalStateException if this value requires no gradient, or the graph was consumed by a backward
     */
    public void backward(double... cotangent) {
        data();
        if (cotangent.length != shape.size()) {
            throw new IllegalArgumentException("backward: cotangent of %d elements for %s with %d"
                    .formatted(cotangent.length, shape, shape.size()));
        }
        if (!requiresGrad) {
            throw new IllegalStateException(
                    "backward: the %s value depends on nothing that requires a gradient".formatted(shape));
        }
        graph.backward(this, graph.stored(cotangent));
    }

    /**
     * One step of gradient descent on a leaf, in place: {@code values -= rate * grad}; nothing without a gradient. To
     * be followed by {@link Graph#reset(int)}, as later values were computed from the old elements.
     *
     * @throws IllegalStateException if this value was computed by an op
     */
    public void descend(double rate) {
        if (pullback != null) {
            throw new IllegalStateException("descend: the %s value was computed by an op".formatted(shape));
        }
        if (gradient != null) {
            graph.passes().addScaled(data(), -rate, gradient);
        }
    }

    Storage data() {
        if (data == null) {
            throw new IllegalStateException("the %s value was forgotten by a reset of its graph".formatted(shape));
        }
        return data;
    }

    Graph sameGraph(String op, Matrix other) {
        if (graph != other.graph) {
            throw new IllegalArgumentException(
                    "%s %s and %s: operands of two graphs".formatted(op, shape, other.shape));
        }
        return graph;
    }

    /** Adds a share of this value's gradient and takes over its storage. */
    void receive(Storage share) {
        if (gradient == null) {
            gradient = share;
        } else {
            graph.passes().add(gradient, share);
            graph.release(share);
        }
    }

    /** Backward through the op that made this value, if the root depends on it. */
    void pull() {
        if (pullback != null && gradient != null) {
            pullback.pull(gradient);
        }
    }

    void forgetGradient() {
        if (gradient != null) {
            graph.release(gradient);
            gradient = null;
        }
    }

    void die() {
        forgetGradient();
        graph.release(data());
        data = null;
    }

    /** this + other. */
    public Matrix add(Matrix other) {
        return Arithmetic.add(this, other);
    }

    /** this − other. */
    public Matrix sub(Matrix other) {
        return Arithmetic.SUB.apply(this, other);
    }

    /** this · other, elementwise. */
    public Matrix mul(Matrix other) {
        return Arithmetic.MUL.apply(this, other);
    }

    /** this / other, elementwise. */
    public Matrix div(Matrix other) {
        return Arithmetic.DIV.apply(this, other);
    }

    /** −this. */
    public Matrix neg() {
        return Arithmetic.NEG.apply(this);
    }

    /** this ** exponent; by convention 0 ** 0 has derivative 0. */
    public Matrix pow(double exponent) {
        return Arithmetic.pow(exponent).apply(this);
    }

    /** this ** exponent, elementwise. */
    public Matrix pow(Matrix exponent) {
        return Arithmetic.POW.apply(this, exponent);
    }

    /** The product (…, m, k) @ (…, k, n), batches broadcast; a vector is a row on the left, a column on the right. */
    public Matrix matmul(Matrix other) {
        return LinearAlgebra.matmul(this, other);
    }

    /** The larger of the two; the gradient of ties is split ½ ½. */
    public Matrix maximum(Matrix other) {
        return Arithmetic.MAXIMUM.apply(this, other);
    }

    /** The smaller of the two; the gradient of ties is split ½ ½. */
    public Matrix minimum(Matrix other) {
        return Arithmetic.MINIMUM.apply(this, other);
    }

    /** this². */
    public Matrix square() {
        return Arithmetic.SQUARE.apply(this);
    }

    /** 1 / this. */
    public Matrix reciprocal() {
        return Arithmetic.RECIPROCAL.apply(this);
    }

    /** |this|; derivative 0 at 0. */
    public Matrix abs() {
        return Elementwise.ABS.apply(this);
    }

    /** e^this. */
    public Matrix exp() {
        return Elementwise.EXP.apply(this);
    }

    /** e^this − 1. */
    public Matrix expm1() {
        return Elementwise.EXPM1.apply(this);
    }

    /** The natural logarithm. */
    public Matrix log() {
        return Elementwise.LOG.apply(this);
    }

    /** log(1 + this). */
    public Matrix log1p() {
        return Elementwise.LOG1P.apply(this);
    }

    /** √this. */
    public Matrix sqrt() {
        return Elementwise.SQRT.apply(this);
    }

    /** 1/√this. */
    public Matrix rsqrt() {
        return Elementwise.RSQRT.apply(this);
    }

    /** The sine. */
    public Matrix sin() {
        return Elementwise.SIN.apply(this);
    }

    /** The cosine. */
    public Matrix cos() {
        return Elementwise.COS.apply(this);
    }

    /** The hyperbolic tangent. */
    public Matrix tanh() {
        return Elementwise.TANH.apply(this);
    }

    /** The error function 2/√π ∫₀ˣ e^(−t²) dt. */
    public Matrix erf() {
        return Elementwise.ERF.apply(this);
    }

    /** min(max(this, min), max), either bound may be null; the gradient passes at the bounds. */
    public Matrix clamp(@Nullable Double min, @Nullable Double max) {
        return Elementwise.clamp(min, max).apply(this);
    }

    /** 1/(1 + e^−this). */
    public Matrix sigmoid() {
        return Activations.SIGMOID.apply(this);
    }

    /** max(this, 0); derivative 0 at 0. */
    public Matrix relu() {
        return Activations.RELU.apply(this);
    }

    /** The same elements, row-major, in another shape; one size may be −1. */
    public Matrix reshape(int... shape) {
        return Shapes.reshape(this, shape);
    }

    /** The dimensions in another order: dimension d of the result is {@code order[d]} of this. */
    public Matrix permute(int... order) {
        return Shapes.permute(this, order);
    }

    /** {@code .T}: the dimensions in reverse order; values of fewer than two stay as they are. */
    public Matrix transpose() {
        return Shapes.transpose(this);
    }

    /** This, stretched as it broadcasts to a shape. */
    public Matrix expand(Shape stretched) {
        return Shapes.expand(this, stretched);
    }

    /** {@code index_select}: what lies at these places along a dimension; negative ones count from the end. */
    public Matrix indexSelect(int dim, int... places) {
        return Shapes.indexSelect(this, dim, places);
    }

    /** {@code take}: the elements at these row-major positions, in a shape; the gradients of repeated ones add up. */
    public Matrix take(Shape result, int... positions) {
        return Shapes.take(this, result, 0, 0, positions);
    }

    /** The same with a number in the place of the elements at −1, which gets no gradient. */
    public Matrix take(Shape result, double fill, int... positions) {
        return Shapes.take(this, result, -1, fill, positions);
    }

    /** Adds each element to the one at its row-major position in a value of that shape that is 0 elsewhere. */
    public Matrix scatterAdd(Shape result, int... positions) {
        return Shapes.scatterAdd(this, result, Shapes.positions(shape, 0, result, positions));
    }

    /** x where the mask is true, y elsewhere, all three broadcast; the gradient of what is not chosen is 0. */
    public static Matrix where(Tensor mask, Matrix x, Matrix y) {
        return Shapes.where(mask, x, y);
    }

    /** The number where the mask is true, this elsewhere, both broadcast. */
    public Matrix maskedFill(Tensor mask, double number) {
        return Shapes.where(mask, graph.constant(number), this);
    }

    /** Joins values along a dimension. */
    public static Matrix cat(List<Matrix> parts, int dim) {
        return Shapes.cat(parts, dim);
    }

    /** The sums of the elements up to each one along a dimension. */
    public Matrix cumsum(int dim) {
        return Reductions.cumsum(this, dim);
    }

    /** The sum; of nothing, 0. */
    public Matrix sum(Axes axes) {
        return axes.reduce(this, Reductions::sum);
    }

    /** The mean; of nothing, NaN. */
    public Matrix mean(Axes axes) {
        return axes.reduce(this, Reductions::mean);
    }

    /** The product; of nothing, 1. */
    public Matrix prod(Axes axes) {
        return axes.reduce(this, Reductions::prod);
    }

    /** The greatest element; the gradient is split evenly among ties. */
    public Matrix amax(Axes axes) {
        return axes.reduce(this, Reductions::amax);
    }

    /** The smallest element; the gradient is split evenly among ties. */
    public Matrix amin(Axes axes) {
        return axes.reduce(this, Reductions::amin);
    }

    /** Σ (x − mean)² / (n − correction); PyTorch's default correction is 1. */
    public Matrix var(Axes axes, double correction) {
        return axes.reduce(this, (x, walk) -> Reductions.var(x, walk, correction));
    }

    /** log Σ e^x, shifted by the greatest element so that it does not overflow. */
    public Matrix logsumexp(Axes axes) {
        return axes.reduce(this, Softmax::logsumexp);
    }

    /** e^x / Σ e^x along a dimension, shifted by the greatest element. */
    public Matrix softmax(int dim) {
        return Softmax.softmax(this, dim);
    }

    /** log softmax, computed as x − logsumexp(x). */
    public Matrix logSoftmax(int dim) {
        return Softmax.logSoftmax(this, dim);
    }

    @Override
    public String toString() {
        return "Matrix" + shape;
    }
}
