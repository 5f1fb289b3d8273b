package org.gradtwin.verify;

import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.tensor.DType;

/** What came of asking an engine to evaluate a task. */
sealed interface Outcome {
    /** It did. */
    record Evaluated(Evaluation evaluation) implements Outcome {}

    /** It threw. */
    record Failed(String reason) implements Outcome {}

    /** It was not asked, or lacks an op. */
    record Skipped(String reason) implements Outcome {}

    /**
     * Asks an engine. One that lacks float32 computes a float32 task in float64, from the float32 inputs, as the
     * notebook compares its scalar engine.
     */
    static Outcome of(Engine engine, Task task, DType dtype) {
        try {
            if (engine.dtypes().contains(dtype)) {
                return new Evaluated(Evaluator.evaluate(engine, task, dtype));
            }
            if (dtype == DType.FLOAT32 && engine.dtypes().contains(DType.FLOAT64)) {
                return new Evaluated(Evaluator.evaluate(engine, task.rounded(dtype), DType.FLOAT64));
            }
            return new Skipped(engine.name() + " does not compute in " + dtype.torchName());
        } catch (UnsupportedOpException e) {
            return new Skipped(engine.name() + " lacks " + e.getMessage());
        } catch (EvaluationException e) {
            return new Failed(String.valueOf(e.getMessage()));
        }
    }
}
