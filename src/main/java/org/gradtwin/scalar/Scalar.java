package org.gradtwin.scalar;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A leaf with a number of its own, or the result of an operation on one or two nodes. */
sealed class Scalar extends Node permits Nary {

    double value;
    double grad;
    final Operation operation;
    private final @Nullable Node x;
    private final @Nullable Node y;

    /** A result. */
    Scalar(Operation operation, @Nullable Node x, @Nullable Node y, double value) {
        this.operation = operation;
        this.x = x;
        this.y = y;
        this.value = value;
        this.grad = -0.0; // what is added first stays as it is, −0 too
    }

    /** A leaf, a constant or a number. */
    Scalar(Operation operation, double value) {
        this.operation = operation;
        this.x = null;
        this.y = null;
        this.value = value;
        this.state = LEAF;
    }

    static Scalar number(double c) {
        return new Scalar(Operation.NUMBER, c);
    }

    @Override
    public final double grad() {
        return reached() ? grad : 0;
    }

    @Override
    public final boolean reached() {
        return state >= GIVEN && requiresGrad();
    }

    @Override
    final void store(double data) {
        value = data;
    }

    @Override
    final void storeGrad(double gradient) {
        grad = gradient;
        state = GIVEN;
    }

    @Override
    public final void zeroGrad() {
        grad = isLeaf() || reached() ? 0 : grad;
        state = isLeaf() ? LEAF : state;
    }

    @Override
    final Operation operation() {
        return operation;
    }

    @Override
    List<Node> operands() {
        return x == null ? List.of() : y == null ? List.of(x) : List.of(x, y);
    }

    @Override
    void meetInputs(Sweep sweep) {
        if (x != null) {
            sweep.meet(x);
        }
        if (y != null) {
            sweep.meet(y);
        }
    }

    @Override
    void pass() {
        Node a = Objects.requireNonNull(x);
        double g = grad;
        if (y == null) {
            give(a, Rules.gradient(operation, g, a.data(), value));
        } else if (operation == Operation.ADD) {
            give(a, g);
            give(y, g);
        } else {
            double p = a.data();
            double q = y.data();
            boolean product = operation == Operation.MULTIPLY;
            give(a, product ? g * q : Rules.gradientOfFirst(operation, g, p, q, value));
            give(y, product ? g * p : Rules.gradientOfSecond(operation, g, p, q, value));
        }
    }
}
