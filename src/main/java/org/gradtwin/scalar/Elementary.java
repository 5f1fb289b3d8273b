package org.gradtwin.scalar;

/** The operations of a {@link Node}, apart from {@code Node} itself only to keep both in sight. */
public abstract sealed class Elementary permits Node {

    final Cells cells;
    final int index;
    /** How often the tape had been rewound when this handle was made. */
    final int generation;

    Elementary(Cells cells, int index, int generation) {
        this.cells = cells;
        this.index = index;
        this.generation = generation;
    }

    /** The value. */
    public final double data() {
        checkAlive();
        return cells.value[index];
    }

    /** Whether gradients flow into this node: a leaf made by {@link Node#of}, or computed from one. */
    public final boolean requiresGrad() {
        return cells.requiresGrad;
    }

    final void checkAlive() {
        if (generation != cells.generation) {
            cells.checkAlive(index, generation);
        }
    }

    final int reference(Tape tape) {
        checkAlive();
        return tape.reference(cells, index);
    }

    /** x + y. */
    public final Node plus(Node y) {
        return binary(Op.ADD, y, data() + y.data());
    }

    /** x + c. */
    public final Node plus(double c) {
        return unary(Op.ADD_NUMBER, c);
    }

    /** x − y. */
    public final Node minus(Node y) {
        return binary(Op.SUBTRACT, y, data() - y.data());
    }

    /** x − c. */
    public final Node minus(double c) {
        return unary(Op.SUBTRACT_NUMBER, c);
    }

    /** c − x: the subtraction with its operands reversed. */
    public final Node rminus(double c) {
        return unary(Op.SUBTRACT_FROM_NUMBER, c);
    }

    /** x · y. */
    public final Node times(Node y) {
        return binary(Op.MULTIPLY, y, data() * y.data());
    }

    /** x · c. */
    public final Node times(double c) {
        return unary(Op.MULTIPLY_NUMBER, c);
    }

    /** x / y. */
    public final Node dividedBy(Node y) {
        return binary(Op.DIVIDE, y, data() / y.data());
    }

    /** x / c. */
    public final Node dividedBy(double c) {
        return unary(Op.DIVIDE_NUMBER, c);
    }

    /** c / x: the division with its operands reversed. */
    public final Node rdividedBy(double c) {
        return unary(Op.DIVIDE_INTO_NUMBER, c);
    }

    /**
     * x**y. The derivative for x is 0 where y = 0; the derivative for y is 0 where x = 0 and y ≥ 0, and NaN where x is
     * negative.
     */
    public final Node pow(Node y) {
        return binary(Op.POWER, y, Power.of(data(), y.data()));
    }

    /** x**p, with derivative p·x**(p−1), and 0 for p = 0 wherever x is. */
    public final Node pow(double p) {
        return unary(Op.POWER_NUMBER, p);
    }

    /** c**x: the power with its operands reversed. For c = 0 and x ≥ 0 the derivative is 0. */
    public final Node rpow(double c) {
        return unary(Op.POWER_OF_NUMBER, c);
    }

    /** The larger of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node maximum(Node y) {
        return binary(Op.MAXIMUM, y, Binary.value(Op.MAXIMUM, data(), y.data()));
    }

    /** The smaller of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node minimum(Node y) {
        return binary(Op.MINIMUM, y, Binary.value(Op.MINIMUM, data(), y.data()));
    }

    /** −x. */
    public final Node negate() {
        return unary(Op.NEGATE);
    }

    /** |x|, with derivative 0 at 0. */
    public final Node abs() {
        return unary(Op.ABS);
    }

    /** eˣ. */
    public final Node exp() {
        return unary(Op.EXP);
    }

    /** eˣ − 1, accurate for small x. */
    public final Node expm1() {
        return unary(Op.EXPM1);
    }

    /** ln x. */
    public final Node log() {
        return unary(Op.LOG);
    }

    /** ln(1 + x), accurate for small x. */
    public final Node log1p() {
        return unary(Op.LOG1P);
    }

    /** √x, with derivative ∞ at 0. */
    public final Node sqrt() {
        return unary(Op.SQRT);
    }

    /** 1/√x. */
    public final Node rsqrt() {
        return unary(Op.RSQRT);
    }

    /** x². */
    public final Node square() {
        return unary(Op.SQUARE);
    }

    /** 1/x. */
    public final Node reciprocal() {
        return unary(Op.RECIPROCAL);
    }

    /** sin x. */
    public final Node sin() {
        return unary(Op.SIN);
    }

    /** cos x. */
    public final Node cos() {
        return unary(Op.COS);
    }

    /** tanh x, with derivative 1/cosh² x. */
    public final Node tanh() {
        return unary(Op.TANH);
    }

    /** σ(x) = 1/(1 + e⁻ˣ), with derivative σ(x)·σ(−x). */
    public final Node sigmoid() {
        return unary(Op.SIGMOID);
    }

    /** max(x, 0), with derivative 0 at 0; NaN stays NaN and passes its gradient. */
    public final Node relu() {
        return unary(Op.RELU);
    }

    /** x for x &gt; 0, else negativeSlope·x; the derivative at 0 is negativeSlope. */
    public final Node leakyRelu(double negativeSlope) {
        return unary(Op.LEAKY_RELU, negativeSlope);
    }

    /** x for x &gt; 0, else alpha·(eˣ − 1); the derivative at 0 is alpha. */
    public final Node elu(double alpha) {
        return unary(Op.ELU, alpha);
    }

    /** x·Φ(x) = ½x(1 + erf(x/√2)). */
    public final Node gelu() {
        return unary(Op.GELU);
    }

    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))): PyTorch's gelu with approximate='tanh'. */
    public final Node geluTanh() {
        return unary(Op.GELU_TANH);
    }

    /** x·σ(x). */
    public final Node silu() {
        return unary(Op.SILU);
    }

    /** ln(1 + exp(beta·x))/beta, and x itself where beta·x &gt; threshold. */
    public final Node softplus(double beta, double threshold) {
        return unary(Op.SOFTPLUS, beta, threshold);
    }

    /** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
    public final Node erf() {
        return unary(Op.ERF);
    }

    /** min(max(x, min), max). The gradient passes within the bounds and at them. */
    public final Node clamp(double min, double max) {
        return unary(Op.CLAMP, min, max);
    }

    private Node unary(Op op) {
        return unary(op, 0, 0);
    }

    private Node unary(Op op, double p) {
        return unary(op, p, 0);
    }

    // What follows hands cells and indices on, never a handle: then the compiler need not allocate a handle that only
    // feeds the next operation.

    private Node unary(Op op, double p, double q) {
        double y = Elementwise.value(op, data(), p, q);
        Tape tape = Recorder.tapeFor(cells, cells);
        if (tape == null) {
            return Recorder.newConstant(y);
        }
        return new Node(tape, tape.recordUnary(op, cells, index, y, p, q), tape.generation);
    }

    private Node binary(Op op, Node other, double z) {
        Tape tape = Recorder.tapeFor(cells, other.cells);
        if (tape == null) {
            return Recorder.newConstant(z);
        }
        int result = tape.recordBinary(op, cells, index, other.cells, other.index, z);
        return new Node(tape, result, tape.generation);
    }
}
