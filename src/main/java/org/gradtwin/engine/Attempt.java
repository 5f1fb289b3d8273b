package org.gradtwin.engine;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.tensor.DType;

/**
 * What an engine made of a task as far as it came: an engine that fails in backward has values all the same.
 *
 * @param evaluation what it gave
 * @param failures why it did not give the rest, in the order of evaluation; empty if it gave everything
 */
public record Attempt(Evaluation evaluation, Map<Quantity, EvaluationException> failures) {
    /** An immutable copy. */
    public Attempt {
        failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    }

    /** That of an engine that gave nothing, for one reason. */
    public static Attempt failed(String engine, DType dtype, Task task, EvaluationException why) {
        Map<Quantity, EvaluationException> failures = new LinkedHashMap<>();
        task.program().statements().forEach(statement -> failures.put(Quantity.value(statement.name()), why));
        task.types(dtype).forEach((key, type) -> {
            if (type.requiresGrad()) {
                failures.put(Quantity.grad(key), why);
            }
        });
        return new Attempt(new Evaluation(engine, dtype, Map.of()), failures);
    }

    /**
     * The evaluation, if it is whole.
     *
     * @throws EvaluationException the first failure
     */
    public Evaluation orThrow() {
        failures.values().stream().findFirst().ifPresent(failure -> {
            throw failure;
        });
        return evaluation;
    }
}
