package org.gradtwin.fuzz;

import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Task;
import org.jspecify.annotations.Nullable;

/**
 * A program as it was drawn.
 *
 * @param evaluation what the reference makes of it in float64, so that nobody evaluates it again; null where that is not known
 */
record Drawn(Task task, @Nullable Evaluation evaluation) {}
