package org.gradtwin.matrix;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value on the tape of a {@link Graph}: a number, a vector or a matrix. Ops make new values and never modify their
 * operands; operands broadcast, and the names, formulas and conventions are PyTorch's. Losses and layers are in
 * {@link Losses} and {@link Layers}.
 *
 * <p>Every op throws {@link IllegalArgumentException} with the shapes in its message if they do not go together, and
 * {@link IllegalStateException} if an operand was forgotten by {@link Graph#reset()}.
 */
public final class Matrix extends Value {
    Matrix(Graph graph, Dims dims, Storage data, boolean requiresGrad, @Nullable Pullback pullback, int position) {
        super(graph, dims, data, requiresGrad, pullback, position);
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

    /** The matrix product (m, k) @ (k, n); a vector stands for a row on the left and for a column on the right. */
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

    /** this where positive, slope·this elsewhere; PyTorch's default slope is 0.01. */
    public Matrix leakyRelu(double slope) {
        return Activations.leakyRelu(slope).apply(this);
    }

    /** this where positive, alpha·(e^this − 1) elsewhere; PyTorch's default alpha is 1. */
    public Matrix elu(double alpha) {
        return Activations.elu(alpha).apply(this);
    }

    /** x·Φ(x) with the normal distribution Φ, or its approximation by tanh. */
    public Matrix gelu(boolean approximateTanh) {
        return (approximateTanh ? Activations.GELU_TANH : Activations.GELU).apply(this);
    }

    /** x·sigmoid(x). */
    public Matrix silu() {
        return Activations.SILU.apply(this);
    }

    /** log(1 + e^(beta·x))/beta, and x where beta·x > threshold; PyTorch's defaults are 1 and 20. */
    public Matrix softplus(double beta, double threshold) {
        return Activations.softplus(beta, threshold).apply(this);
    }

    /** The same elements, row-major, in another shape; one size may be −1. */
    public Matrix reshape(int... shape) {
        return Shapes.reshape(this, shape);
    }

    /** {@code .T}: rows become columns; values of fewer dimensions stay as they are. */
    public Matrix transpose() {
        return Shapes.transpose(this);
    }

    /** {@code this[...]}, at most one index a dimension; the gradients of repeated elements add up. */
    public Matrix index(Index... indices) {
        return Shapes.index(this, indices);
    }

    /** Joins vectors end to end, or matrices along a dimension. */
    public static Matrix cat(List<Matrix> parts, int dim) {
        return Shapes.cat(parts, dim);
    }

    /** The sum; of nothing, 0. */
    public Matrix sum(Axes axes) {
        return Reductions.sum(this, axes);
    }

    /** The mean; of nothing, NaN. */
    public Matrix mean(Axes axes) {
        return Reductions.mean(this, axes);
    }

    /** The product; of nothing, 1. */
    public Matrix prod(Axes axes) {
        return Reductions.prod(this, axes);
    }

    /** The greatest element; the gradient is split evenly among ties. */
    public Matrix amax(Axes axes) {
        return Reductions.amax(this, axes);
    }

    /** The smallest element; the gradient is split evenly among ties. */
    public Matrix amin(Axes axes) {
        return Reductions.amin(this, axes);
    }

    /** Σ (x − mean)² / (n − correction); PyTorch's default correction is 1. */
    public Matrix var(Axes axes, double correction) {
        return Reductions.var(this, axes, correction);
    }

    /** log Σ e^x, shifted by the greatest element so that it does not overflow. */
    public Matrix logsumexp(Axes axes) {
        return Softmax.logsumexp(this, axes);
    }

    /** e^x / Σ e^x along a dimension, shifted by the greatest element. */
    public Matrix softmax(int dim) {
        return Softmax.softmax(this, dim);
    }

    /** log softmax, computed as x − logsumexp(x). */
    public Matrix logSoftmax(int dim) {
        return Softmax.logSoftmax(this, dim);
    }
}
