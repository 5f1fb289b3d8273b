package org.gradtwin.engine;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.tensor.DType;

/**
 * An autograd engine under test: it makes graphs. Implement this and {@link Graph} to have an engine verified.
 */
public interface Engine {
    /** A short name without spaces, as on the command line and in reports: {@code scalar}, {@code matrix}. */
    String name();

    /** What it calls itself in full, with version and language; "" if it does not say. */
    default String description() {
        return "";
    }

    /**
     * The floating types it computes in; both unless overridden. An engine of float64 alone is asked the float32 cases too: it gets
     * the float32 inputs, and its results are rounded before they are compared. Only cases that leave the range of float32 on purpose
     * it is not asked.
     */
    default Set<DType> dtypes() {
        return EnumSet.of(DType.FLOAT32, DType.FLOAT64);
    }

    /** Whether its numbers know no range: it is not asked cases that leave that of float64 on purpose. Not unless overridden. */
    default boolean unbounded() {
        return false;
    }

    /**
     * A new, empty graph.
     *
     * @param dtype the floating type of every value in it, one of {@link #dtypes()}
     */
    Graph<?> newGraph(DType dtype);

    /**
     * A training of a network, step by step. None unless overridden: most engines train nothing of their own.
     *
     * @throws UnsupportedTrainingException if it does not train that, with the reason
     */
    default Training train(TrainingTask task) {
        throw new UnsupportedTrainingException(name() + " does not train networks");
    }

    /**
     * Whether several threads may have a graph each at a time. Not unless overridden: an engine with a tape or a switch of its own in
     * static fields is asked one program after the other.
     */
    default boolean concurrent() {
        return false;
    }

    /**
     * Whether whatever it is asked comes to an end soon, so that nobody has to wait for it with a clock: true only of engines that see
     * to that themselves. Every other one works in threads that can be given up.
     */
    default boolean keepsTime() {
        return false;
    }

    /** Whether the other engines are held against this one too, besides PyTorch: one so simple that it is a second opinion. */
    default boolean isSecondOpinion() {
        return false;
    }

    /**
     * Whether it means to answer as PyTorch does at kinks. Where it does not, which is so unless overridden, another answer that a careful
     * engine may give there is a convention and no fault.
     */
    default boolean claimsPyTorch() {
        return false;
    }

    /**
     * What {@code --engine} takes to have the engine again: its class where it has a constructor without arguments, unless overridden.
     */
    default Optional<String> choice() {
        return Arrays.stream(getClass().getDeclaredConstructors()).anyMatch(made -> made.getParameterCount() == 0)
                ? Optional.of(getClass().getName())
                : Optional.empty();
    }
}
