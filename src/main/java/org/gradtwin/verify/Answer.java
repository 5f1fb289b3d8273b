package org.gradtwin.verify;

import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.torch.TorchUnavailableException;
import org.gradtwin.tensor.DType;

/** What came of asking an engine to evaluate a task. */
sealed interface Answer {
    /** It did, or threw on the way. */
    record Evaluated(Attempt attempt) implements Answer {
        Evaluation evaluation() {
            return attempt.evaluation();
        }

        /** Why it has no such quantity, in a line; empty if it has. */
        Optional<String> failure(Quantity quantity) {
            return Optional.ofNullable(attempt.failures().get(quantity)).map(EvaluationException::inWords);
        }
    }

    /** It was not asked, or lacks an op. */
    record Skipped(String reason) implements Answer {
        static Skipped notIn(Engine engine, DType dtype) {
            return new Skipped(engine.name() + " does not compute in " + dtype.torchName());
        }

        static Skipped lacks(Engine engine, UnsupportedOpException op) {
            return new Skipped(engine.name() + " lacks " + op.getMessage());
        }

        static Skipped after(Engine engine, NotAskedException why) {
            return new Skipped(engine.name() + " " + why.getMessage());
        }
    }

    /**
     * The type in which an engine computes a task of a type: its own or, if the engine lacks float32, float64, as the notebook
     * compares its scalar engine. Empty if it is not asked.
     */
    static Optional<DType> computedIn(Engine engine, DType dtype) {
        return Stream.of(dtype, DType.FLOAT64).filter(engine.dtypes()::contains).findFirst();
    }

    /** Asks an engine; one that computes in another type gets the inputs as they are in the task's. */
    static Answer of(Engine engine, Task task, DType dtype) {
        Optional<DType> in = computedIn(engine, dtype);
        if (in.isEmpty()) {
            return Skipped.notIn(engine, dtype);
        }
        try {
            return new Evaluated(Evaluator.attempt(engine, in.get() == dtype ? task : task.rounded(dtype), in.get()));
        } catch (UnsupportedOpException e) {
            return Skipped.lacks(engine, e);
        } catch (NotAskedException e) {
            return Skipped.after(engine, e);
        } catch (TorchUnavailableException e) {
            throw e;
        } catch (EngineUnavailableException e) {
            // Another engine's end costs what it is asked.
            return new Evaluated(Attempt.failed(engine.name(), dtype, task, new EvaluationException("program", e)));
        }
    }
}
