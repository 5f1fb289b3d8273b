package org.gradtwin.scalar;

import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A float64 scalar that remembers what it was computed from. Leaves are made by {@link #of}; operations give new nodes;
 * {@link #backward()} gives every node on the way to the leaves its gradient. Leaves add up the gradients of successive
 * graphs until {@link #zeroGrad()}, as PyTorch's do; every other node takes part in one backward pass only.
 *
 * <p>Formulas, kinks and special values are PyTorch's. The data of a leaf must not be changed between the forward and
 * the backward pass of a graph that uses it, because the rules read it again. A graph is used by one thread at a time;
 * leaves may be shared as long as only one thread runs backward.
 *
 * <p>Two nodes are equal if they denote the same scalar.
 */
public abstract sealed class Node extends Vertex permits Scalar, Element {

    /** A leaf, which receives a gradient. */
    public static Node of(double data) {
        return new Scalar(Operation.LEAF, data);
    }

    /** A leaf without a gradient. Whatever is computed from constants alone is a constant too. */
    public static Node constant(double data) {
        return new Scalar(Operation.CONSTANT, data);
    }

    /**
     * A node of this value with these partial derivatives: backward adds g · partials[i] to the gradient of inputs[i], g
     * being the node's own. Whether they are the value's derivatives is not checked. A partial derivative of exactly 0 is a
     * mask and passes 0 even where g is infinite or NaN, as in PyTorch where an operation selects (where, relu, clamp,
     * maximum, prod with two zeros).
     *
     * @throws IllegalArgumentException if there are not as many partial derivatives as inputs
     */
    public static Node compose(double value, List<Node> inputs, double... partials) {
        return Nary.composeOf(Operation.MASKED, value, inputs, partials);
    }

    /**
     * The same without a mask: 0 · ∞ is NaN, as in PyTorch where an operation multiplies (amax, prod, var).
     *
     * @throws IllegalArgumentException if there are not as many partial derivatives as inputs
     */
    public static Node composeUnmasked(double value, List<Node> inputs, double... partials) {
        return Nary.composeOf(Operation.COMPOSE, value, inputs, partials);
    }

    /** Σ nodes[i], in order; 0 for none. */
    public static Node sum(List<Node> nodes) {
        return Nary.sumOf(nodes);
    }

    /** Σ x[i] · w[i]. */
    public static Node dot(List<Node> x, List<Node> w) {
        return Nary.dotOf(x, w, null);
    }

    /**
     * The weighted sum Σ x[i] · w[i] + bias as a single operation. It is fastest, and smallest, when both lists are
     * {@linkplain NodeRun runs}.
     *
     * @throws IllegalArgumentException if the lists differ in size
     */
    public static Node dot(List<Node> x, List<Node> w, Node bias) {
        return Nary.dotOf(x, w, bias);
    }

    /** The value. */
    public final double data() {
        if (this instanceof Scalar scalar) {
            return scalar.value;
        }
        Element element = (Element) this;
        return element.block.data[element.index];
    }

    /**
     * Replaces the value of a leaf.
     *
     * @throws IllegalStateException if this is no leaf
     */
    public final void setData(double data) {
        if (!isLeaf()) {
            throw new IllegalStateException("setData on the result of '" + op() + "': only leaves can be changed");
        }
        store(data);
    }

    abstract void store(double data);

    /**
     * The gradient: 0 where no backward pass has arrived. After backward it stays readable, of results too.
     *
     * @see #gradient()
     */
    public abstract double grad();

    /** The gradient, or empty if no backward pass has arrived here: the root does not depend on this node. */
    public final OptionalDouble gradient() {
        return reached() ? OptionalDouble.of(grad()) : OptionalDouble.empty();
    }

    /** Whether a backward pass has arrived here, that is, whether its root depends on this node. */
    public abstract boolean reached();

    /** Whether gradients flow into this node: a leaf made by {@link #of}, or computed from one. */
    public final boolean requiresGrad() {
        if (this instanceof Scalar scalar) {
            return scalar.operation != Operation.CONSTANT && scalar.operation != Operation.NUMBER;
        }
        return ((Element) this).block.requiresGrad;
    }

    /**
     * Replaces the gradient of a leaf, for instance with a clipped one.
     *
     * @throws IllegalStateException if this is no leaf with a gradient
     */
    public final void setGrad(double grad) {
        if (operation() != Operation.LEAF) {
            throw new IllegalStateException(
                    "setGrad needs a leaf with a gradient; start a backward pass with backward(cotangent)");
        }
        storeGrad(grad);
    }

    abstract void storeGrad(double grad);

    /** Forgets the gradient. A leaf then counts as not reached. */
    public abstract void zeroGrad();

    /** The gradient of this node with respect to every node that it depends on. */
    public final void backward() {
        backward(1);
    }

    /** The same, times {@code cotangent}. */
    public final void backward(double cotangent) {
        Sweep.backward(List.of(this), new double[] {cotangent});
    }

    /**
     * The gradient of Σ cotangents[i] · roots[i], in one pass. Roots may depend on each other and may repeat.
     *
     * @throws IllegalArgumentException if there are not as many cotangents as roots
     * @throws IllegalStateException if a root is a constant, or if some node on the way has passed its gradient before;
     *     nothing is changed then
     */
    public static void backward(List<Node> roots, double[] cotangents) {
        if (roots.size() != cotangents.length) {
            throw new IllegalArgumentException(
                    "backward from " + roots.size() + " roots with " + cotangents.length + " cotangents");
        }
        Sweep.backward(List.copyOf(roots), cotangents);
    }

    abstract Operation operation();

    /** Whether this was given rather than computed. */
    public final boolean isLeaf() {
        return operation().isGiven();
    }

    /** The name of the operation that computed this node, for drawings: {@code +}, {@code relu}, {@code ** 2}; "" for a leaf. */
    @Override
    public final String op() {
        return operation().label(operands());
    }

    /** The operands, in order; one that was used twice is there twice. Numbers are no nodes. Empty for a leaf. */
    public final List<Node> parents() {
        return operands().stream()
                .filter(node -> node.operation() != Operation.NUMBER)
                .toList();
    }

    /** The operands, numbers included. */
    abstract List<Node> operands();

    /** For instance {@code Node(data=2.0, grad=0.0)}. */
    @Override
    public final String toString() {
        return "Node(data=" + data() + ", grad=" + grad() + ")";
    }

    /** x + y. */
    public final Node plus(Node y) {
        return result(Operation.ADD, this, y, data() + y.data());
    }

    /** x + c. */
    public final Node plus(double c) {
        return result(Operation.ADD, this, Scalar.number(c), data() + c);
    }

    /** x − y. */
    public final Node minus(Node y) {
        return result(Operation.SUBTRACT, this, y, data() - y.data());
    }

    /** x − c. */
    public final Node minus(double c) {
        return result(Operation.SUBTRACT, this, Scalar.number(c), data() - c);
    }

    /** c − x: the subtraction with its operands reversed. */
    public final Node rminus(double c) {
        return result(Operation.SUBTRACT, Scalar.number(c), this, c - data());
    }

    /** x · y. */
    public final Node times(Node y) {
        return result(Operation.MULTIPLY, this, y, data() * y.data());
    }

    /** x · c. */
    public final Node times(double c) {
        return result(Operation.MULTIPLY, this, Scalar.number(c), data() * c);
    }

    /** x / y. */
    public final Node dividedBy(Node y) {
        return result(Operation.DIVIDE, this, y, data() / y.data());
    }

    /** x / c. */
    public final Node dividedBy(double c) {
        return result(Operation.DIVIDE, this, Scalar.number(c), data() / c);
    }

    /** c / x: the division with its operands reversed. */
    public final Node rdividedBy(double c) {
        return result(Operation.DIVIDE, Scalar.number(c), this, c / data());
    }

    /**
     * x**y. The derivative for x is 0 where y = 0; the derivative for y is 0 where x = 0 and y ≥ 0, and NaN where x is
     * negative.
     */
    public final Node pow(Node y) {
        return result(Operation.POWER, this, y, Rules.power(data(), y.data()));
    }

    /** x**p, with derivative p·x**(p−1), and 0 for p = 0 wherever x is. */
    public final Node pow(double p) {
        return result(Operation.POWER_NUMBER, this, Scalar.number(p), Rules.powerWithNumber(data(), p));
    }

    /** c**x: the power with its operands reversed. For c = 0 and x ≥ 0 the derivative is 0. */
    public final Node rpow(double c) {
        return result(Operation.POWER, Scalar.number(c), this, Rules.power(c, data()));
    }

    /** The larger of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node maximum(Node y) {
        return result(Operation.MAXIMUM, this, y, Rules.maximum(data(), y.data()));
    }

    /** The smaller of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node minimum(Node y) {
        return result(Operation.MINIMUM, this, y, Rules.minimum(data(), y.data()));
    }

    /** −x. */
    public final Node negate() {
        return result(Operation.NEGATE, this, null, -data());
    }

    /** |x|, with derivative 0 at 0. */
    public final Node abs() {
        return result(Operation.ABS, this, null, Math.abs(data()));
    }

    /** eˣ. */
    public final Node exp() {
        return result(Operation.EXP, this, null, Math.exp(data()));
    }

    /** eˣ − 1, accurate for small x. */
    public final Node expm1() {
        return result(Operation.EXPM1, this, null, Math.expm1(data()));
    }

    /** ln x. */
    public final Node log() {
        return result(Operation.LOG, this, null, Math.log(data()));
    }

    /** ln(1 + x), accurate for small x. */
    public final Node log1p() {
        return result(Operation.LOG1P, this, null, Math.log1p(data()));
    }

    /** √x, with derivative ∞ at 0. */
    public final Node sqrt() {
        return result(Operation.SQRT, this, null, Math.sqrt(data()));
    }

    /** 1/√x. */
    public final Node rsqrt() {
        return result(Operation.RSQRT, this, null, 1 / Math.sqrt(data()));
    }

    /** x². */
    public final Node square() {
        return result(Operation.SQUARE, this, null, data() * data());
    }

    /** 1/x. */
    public final Node reciprocal() {
        return result(Operation.RECIPROCAL, this, null, 1 / data());
    }

    /** sin x. */
    public final Node sin() {
        return result(Operation.SIN, this, null, Math.sin(data()));
    }

    /** cos x. */
    public final Node cos() {
        return result(Operation.COS, this, null, Math.cos(data()));
    }

    /** tanh x, with derivative 1/cosh² x. */
    public final Node tanh() {
        return result(Operation.TANH, this, null, Math.tanh(data()));
    }

    /** σ(x) = 1/(1 + e⁻ˣ), with derivative σ(x)·σ(−x). */
    public final Node sigmoid() {
        return result(Operation.SIGMOID, this, null, Rules.sigmoid(data()));
    }

    /** max(x, 0), with derivative 0 at 0; NaN stays NaN and passes its gradient. */
    public final Node relu() {
        return result(Operation.RELU, this, null, Rules.relu(data()));
    }

    /** x for x &gt; 0, else negativeSlope·x; the derivative at 0 is negativeSlope. */
    public final Node leakyRelu(double negativeSlope) {
        return result(Operation.LEAKY_RELU, this, Scalar.number(negativeSlope), Rules.leakyRelu(data(), negativeSlope));
    }

    /** x for x &gt; 0, else alpha·(eˣ − 1); the derivative at 0 is alpha. */
    public final Node elu(double alpha) {
        return result(Operation.ELU, this, Scalar.number(alpha), Rules.elu(data(), alpha));
    }

    /** x·Φ(x) = ½x(1 + erf(x/√2)). */
    public final Node gelu() {
        return result(Operation.GELU, this, null, Rules.gelu(data()));
    }

    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))): PyTorch's gelu with approximate='tanh'. */
    public final Node geluTanh() {
        return result(Operation.GELU_TANH, this, null, Rules.geluTanh(data()));
    }

    /** x·σ(x). */
    public final Node silu() {
        return result(Operation.SILU, this, null, Rules.silu(data()));
    }

    /** ln(1 + exp(beta·x))/beta, and x itself where beta·x &gt; threshold. */
    public final Node softplus(double beta, double threshold) {
        double slope = Rules.softplusSlope(data(), beta, threshold);
        return Nary.function(Operation.SOFTPLUS, Rules.softplus(data(), beta, threshold), this, slope, beta, threshold);
    }

    /** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
    public final Node erf() {
        return result(Operation.ERF, this, null, Erf.erf(data()));
    }

    /** min(max(x, min), max). The gradient passes within the bounds and at them. */
    public final Node clamp(double min, double max) {
        double slope = data() >= min && data() <= max ? 1 : 0;
        return Nary.function(Operation.CLAMP, Rules.clamp(data(), min, max), this, slope, min, max);
    }

    private static Node result(Operation operation, Node x, @Nullable Node y, double z) {
        boolean requiresGrad = x.requiresGrad() || (y != null && y.requiresGrad());
        return requiresGrad && !NoGrad.isOpen() ? new Scalar(operation, x, y, z) : constant(z);
    }
}
