package org.gradtwin.engine;

import java.util.List;
import java.util.Optional;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One computation in an engine: leaves, ops applied to values, one backward pass, gradients. Used by one thread, in
 * that order, and closed at the end.
 *
 * @param <V> the engine's own handle to a value
 */
public interface Graph<V> extends AutoCloseable {
    /**
     * A value that was not computed.
     *
     * @param value a tensor of the graph's floating type, int64 indices, or a bool mask
     * @param requiresGrad whether its gradient will be asked for; never for int64 or bool
     */
    V leaf(Tensor value, boolean requiresGrad);

    /**
     * Applies an op.
     *
     * @param op which
     * @param operands in the order of the op's signature, null where an optional one is absent; Python numbers arrive
     *     as leaves of shape () that require no gradient
     * @param attributes every attribute of the signature, defaults filled in
     * @throws IllegalArgumentException if PyTorch would refuse the operands: shapes, types, an index out of range
     * @throws UnsupportedOpException if the engine lacks the op; the case is then counted as skipped, with that reason
     */
    V apply(Op op, List<@Nullable V> operands, Attributes attributes);

    /**
     * Announces that the gradient of a computed value will be asked for, before anything uses it (PyTorch's {@code
     * retain_grad}).
     *
     * @return the value to use from now on
     */
    default V retainGrad(V value) {
        return value;
    }

    /**
     * Announces, once the program is built and before anything is read, all that will be asked for: an engine that computes late, or
     * elsewhere, has the whole program then. Nothing to do for one that computes at once.
     *
     * @param values that will be read
     * @param root of the one backward pass that follows
     * @param cotangent of it
     * @param gradients of what
     */
    default void plan(List<V> values, V root, Tensor cotangent, List<V> gradients) {}

    /** The elements, exactly as the engine holds them. */
    Tensor value(V value);

    /**
     * Runs backward once: every gradient becomes the vector-Jacobian product of the cotangent.
     *
     * @param root the value to differentiate
     * @param cotangent a tensor of the root's shape; 1 for a scalar
     */
    void backward(V root, Tensor cotangent);

    /**
     * The gradient of the root with respect to a leaf that requires one, or to a value that was retained; of that
     * value's shape. Empty if the root does not depend on it, which is different from a gradient of zero.
     */
    Optional<Tensor> gradient(V value);

    /** Whether {@link #grad} is there; programs with gradients are otherwise written out by {@code Differentiation} before they run. */
    default boolean differentiates() {
        return false;
    }

    /**
     * The gradient of a value of one element as a value that backward goes through in turn.
     *
     * @param root what is differentiated
     * @param value with respect to what; where the root does not depend on it the result is zero
     */
    default V grad(V root, V value) {
        throw new UnsupportedOperationException("a gradient as a value");
    }

    /** Gives the graph's memory back. */
    @Override
    default void close() {}
}
