package org.gradtwin.fuzz;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Localizer;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Truth;

/** Holds what one engine makes of a program against what the twin made of it. */
final class Arbiter {
    private final Engine reference;
    private final List<String> names;
    private final Rounding rounding;

    /**
     * An arbiter.
     *
     * @param reference computes in float64 how far rounding moves results
     * @param names of all engines that programs are made for
     */
    Arbiter(Engine reference, List<String> names) {
        this.reference = reference;
        this.names = List.copyOf(names);
        this.rounding = new Rounding(reference);
    }

    /** What rounding does to a program: nothing is run before it is asked for. */
    Rounding.Spreads spreads(Drawn drawn, long seed) {
        return rounding.spreads(drawn, seed);
    }

    /** The refusal of a task, in the words of an engine; empty if it runs. What it lacks it has no answer to give either. */
    static Optional<String> refusal(Engine engine, Task task, DType dtype) {
        try {
            Evaluator.evaluate(engine, task, dtype);
            return Optional.empty();
        } catch (EvaluationException | UnsupportedOpException e) {
            return Optional.of(Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
    }

    /** An engine that does not refuse what the twin and the reference refuse. */
    Optional<Finding> answered(long seed, Engine engine, Task task, DType dtype, String refusal) {
        return refusal(engine, task, dtype).isPresent()
                ? Optional.empty()
                : Optional.of(new Finding(
                        seed, engine.name(), names, dtype, task, null, null, null, refusal + ": not refused", null));
    }

    /** What an engine makes of a program; the reference has made it when the program was drawn. */
    @SuppressWarnings("ReferenceEquality") // one that is like the reference may have its own faults
    private Evaluation evaluation(Engine engine, Drawn drawn, DType dtype) {
        Evaluation known = drawn.evaluation();
        return engine == reference && known != null && known.dtype() == dtype
                ? known
                : Evaluator.evaluate(engine, drawn.task(), dtype);
    }

    /**
     * One engine on one task; empty if it agrees, or the twin is off. Noisy runs are made while it does not: most programs need none.
     *
     * @param faults takes a fault of the twin
     * @throws UnsupportedOpException if it lacks an op
     */
    Optional<Finding> examine(
            long seed,
            Engine engine,
            Drawn drawn,
            Evaluation expected,
            Rounding.Spreads spreads,
            Consumer<Examination.TwinFault> faults) {
        Task task = drawn.task();
        Evaluation actual;
        try {
            actual = evaluation(engine, drawn, expected.dtype());
        } catch (EvaluationException e) {
            String problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            return Optional.of(
                    new Finding(seed, engine.name(), names, expected.dtype(), task, null, null, null, problem, null));
        }
        Map<Quantity, Comparison> comparisons = new LinkedHashMap<>();
        do {
            expected.quantities().forEach((quantity, tensor) -> {
                Comparison before = comparisons.get(quantity);
                if (before == null || !before.agrees()) {
                    Tolerance tolerance = spreads.tolerance(quantity, expected.dtype());
                    comparisons.put(quantity, Rounding.compare(actual.get(quantity), tensor, tolerance));
                }
            });
        } while (!comparisons.values().stream().allMatch(Comparison::agrees) && spreads.grow());
        Map<Quantity, Tolerance> off = new LinkedHashMap<>();
        comparisons.forEach((quantity, comparison) -> {
            if (!comparison.agrees()) {
                off.put(quantity, spreads.tolerance(quantity, expected.dtype()));
            }
        });
        Optional<String> excuse = Truth.excuse(task, actual, expected, off);
        if (excuse.isPresent()) {
            faults.accept(new Examination.TwinFault(seed, expected.dtype(), task, engine.name() + ": " + excuse.get()));
            return Optional.empty();
        }
        return Localizer.firstOff(task.program(), task.inputs().keySet(), comparisons)
                .map(quantity -> {
                    Comparison comparison = Objects.requireNonNull(comparisons.get(quantity));
                    return new Finding(
                            seed,
                            engine.name(),
                            names,
                            expected.dtype(),
                            task,
                            quantity,
                            comparison,
                            spreads.tolerance(quantity, expected.dtype()),
                            comparison.problem(),
                            null);
                });
    }
}
