package org.gradtwin.fuzz;

import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A program in which an engine disagrees with the twin.
 *
 * @param seed that the program was made from
 * @param engine the engine's name
 * @param dtype the type computed in
 * @param task the program with its inputs
 * @param quantity where the engine first went wrong, null if it failed altogether
 * @param comparison how far off it is there, null likewise
 * @param tolerance how far it may be off there, null where there is no number to compare
 * @param problem why there was nothing to compare, null if there was
 */
public record Finding(
        long seed,
        String engine,
        DType dtype,
        Task task,
        @Nullable Quantity quantity,
        @Nullable Comparison comparison,
        @Nullable Tolerance tolerance,
        @Nullable String problem) {}
