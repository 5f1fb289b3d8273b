package org.gradtwin.scalar;

import org.jspecify.annotations.Nullable;

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

    final long operand(Tape tape) {
        checkAlive();
        return tape.operand(cells, index);
    }

    /** x + y. */
    public final Node plus(Node y) {
        return binary(Op.ADD, y, data() + y.data());
    }

    /** x + c. */
    public final Node plus(double c) {
        return unary(Op.ADD_NUMBER, data() + c, c);
    }

    /** x − y. */
    public final Node minus(Node y) {
        return binary(Op.SUBTRACT, y, data() - y.data());
    }

    /** x − c. */
    public final Node minus(double c) {
        return unary(Op.SUBTRACT_NUMBER, data() - c, c);
    }

    /** c − x: the subtraction with its operands reversed. */
    public final Node rminus(double c) {
        return unary(Op.SUBTRACT_FROM_NUMBER, c - data(), c);
    }

    /** x · y. */
    public final Node times(Node y) {
        return binary(Op.MULTIPLY, y, data() * y.data());
    }

    /** x · c. */
    public final Node times(double c) {
        return unary(Op.MULTIPLY_NUMBER, data() * c, c);
    }

    /** x / y. */
    public final Node dividedBy(Node y) {
        return binary(Op.DIVIDE, y, data() / y.data());
    }

    /** x / c. */
    public final Node dividedBy(double c) {
        return unary(Op.DIVIDE_NUMBER, data() / c, c);
    }

    /** c / x: the division with its operands reversed. */
    public final Node rdividedBy(double c) {
        return unary(Op.DIVIDE_INTO_NUMBER, c / data(), c);
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
        return unary(Op.POWER_NUMBER, Power.withNumber(data(), p), p);
    }

    /** c**x: the power with its operands reversed. For c = 0 and x ≥ 0 the derivative is 0. */
    public final Node rpow(double c) {
        return unary(Op.POWER_OF_NUMBER, Power.of(c, data()), c);
    }

    /** The larger of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node maximum(Node y) {
        return binary(Op.MAXIMUM, y, Binary.maximum(data(), y.data()));
    }

    /** The smaller of the two; NaN if either is. A tie gives each half of the gradient. */
    public final Node minimum(Node y) {
        return binary(Op.MINIMUM, y, Binary.minimum(data(), y.data()));
    }

    /** −x. */
    public final Node negate() {
        return unary(Op.NEGATE, -data());
    }

    /** |x|, with derivative 0 at 0. */
    public final Node abs() {
        return unary(Op.ABS, Math.abs(data()));
    }

    /** eˣ. */
    public final Node exp() {
        return unary(Op.EXP, Math.exp(data()));
    }

    /** eˣ − 1, accurate for small x. */
    public final Node expm1() {
        return unary(Op.EXPM1, Math.expm1(data()));
    }

    /** ln x. */
    public final Node log() {
        return unary(Op.LOG, Math.log(data()));
    }

    /** ln(1 + x), accurate for small x. */
    public final Node log1p() {
        return unary(Op.LOG1P, Math.log1p(data()));
    }

    /** √x, with derivative ∞ at 0. */
    public final Node sqrt() {
        return unary(Op.SQRT, Math.sqrt(data()));
    }

    /** 1/√x. */
    public final Node rsqrt() {
        return unary(Op.RSQRT, 1 / Math.sqrt(data()));
    }

    /** x². */
    public final Node square() {
        return unary(Op.SQUARE, data() * data());
    }

    /** 1/x. */
    public final Node reciprocal() {
        return unary(Op.RECIPROCAL, 1 / data());
    }

    /** sin x. */
    public final Node sin() {
        return unary(Op.SIN, Math.sin(data()));
    }

    /** cos x. */
    public final Node cos() {
        return unary(Op.COS, Math.cos(data()));
    }

    /** tanh x, with derivative 1/cosh² x. */
    public final Node tanh() {
        return unary(Op.TANH, Math.tanh(data()));
    }

    /** σ(x) = 1/(1 + e⁻ˣ), with derivative σ(x)·σ(−x). */
    public final Node sigmoid() {
        return unary(Op.SIGMOID, Elementwise.sigmoid(data()));
    }

    /** max(x, 0), with derivative 0 at 0; NaN stays NaN and passes its gradient. */
    public final Node relu() {
        return unary(Op.RELU, Elementwise.relu(data()));
    }

    /** x for x &gt; 0, else negativeSlope·x; the derivative at 0 is negativeSlope. */
    public final Node leakyRelu(double negativeSlope) {
        return unary(Op.LEAKY_RELU, Elementwise.leakyRelu(data(), negativeSlope), negativeSlope);
    }

    /** x for x &gt; 0, else alpha·(eˣ − 1); the derivative at 0 is alpha. */
    public final Node elu(double alpha) {
        return unary(Op.ELU, Elementwise.elu(data(), alpha), alpha);
    }

    /** x·Φ(x) = ½x(1 + erf(x/√2)). */
    public final Node gelu() {
        return unary(Op.GELU, Elementwise.gelu(data()));
    }

    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))): PyTorch's gelu with approximate='tanh'. */
    public final Node geluTanh() {
        return unary(Op.GELU_TANH, Elementwise.geluTanh(data()));
    }

    /** x·σ(x). */
    public final Node silu() {
        return unary(Op.SILU, Elementwise.silu(data()));
    }

    /** ln(1 + exp(beta·x))/beta, and x itself where beta·x &gt; threshold. */
    public final Node softplus(double beta, double threshold) {
        return unary(Op.SOFTPLUS, Elementwise.softplus(data(), beta, threshold), beta, threshold);
    }

    /** The error function 2/√π ∫₀ˣ exp(−t²) dt. */
    public final Node erf() {
        return unary(Op.ERF, Erf.erf(data()));
    }

    /** min(max(x, min), max). The gradient passes within the bounds and at them. */
    public final Node clamp(double min, double max) {
        return unary(Op.CLAMP, Elementwise.clamp(data(), min, max), min, max);
    }

    private Node unary(Op op, double y) {
        return unary(op, y, 0L);
    }

    private Node unary(Op op, double y, double p) {
        return unary(op, y, Double.doubleToRawLongBits(p));
    }

    private Node unary(Op op, double y, double p, double q) {
        Recorder recorder = Recorder.near(cells);
        Tape tape = cells.requiresGrad ? recorder.recordingTape() : null;
        long numbers = tape == null ? 0 : tape.append(Double.doubleToRawLongBits(p), Double.doubleToRawLongBits(q));
        return result(recorder, tape, op, y, numbers);
    }

    private Node unary(Op op, double y, long numbers) {
        Recorder recorder = Recorder.near(cells);
        return result(recorder, cells.requiresGrad ? recorder.recordingTape() : null, op, y, numbers);
    }

    // What follows hands cells and indices on, never a handle, and makes each handle in one place:
    // then the compiler need not allocate a handle that only feeds the next operation.

    private Node result(Recorder recorder, @Nullable Tape tape, Op op, double y, long numbers) {
        Cells where;
        int result;
        if (tape == null) {
            Leaves constants = recorder.constantBlock();
            where = constants;
            result = constants.add(y);
        } else {
            where = tape;
            result = tape.record(op, tape.operand(cells, index), numbers, y);
        }
        return new Node(where, result, where.generation);
    }

    private Node binary(Op op, Node other, double z) {
        Recorder recorder = Recorder.near(cells);
        Tape tape = recorder.recordingTape();
        Cells where;
        int result;
        if (tape == null || !(cells.requiresGrad || other.cells.requiresGrad)) {
            Leaves constants = recorder.constantBlock();
            where = constants;
            result = constants.add(z);
        } else {
            long x = tape.operand(cells, index);
            where = tape;
            result = tape.record(op, x, tape.operand(other.cells, other.index), z);
        }
        return new Node(where, result, where.generation);
    }
}
