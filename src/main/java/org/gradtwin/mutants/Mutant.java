package org.gradtwin.mutants;

import java.util.List;
import org.gradtwin.language.Op;

/**
 * A fault: where an application of the op is as all of the conditions say, what it gives is damaged.
 *
 * @param op the op
 * @param of the parameter whose gradient is damaged; "" for the value
 * @param conditions none for a fault of every application
 * @param damage what is done
 */
public record Mutant(Op op, String of, List<Condition> conditions, Damage damage) {
    /** Immutable. */
    public Mutant {
        conditions = List.copyOf(conditions);
    }

    /** Its condition or conditions in words, by which mutants are counted together. */
    public String kind() {
        return conditions.isEmpty()
                ? "always"
                : String.join(
                        " and ",
                        conditions.stream()
                                .map(condition -> condition.kind().toString())
                                .toList());
    }

    @Override
    public String toString() {
        return op.id() + ", " + (of.isEmpty() ? "value" : "gradient of " + of)
                + (conditions.isEmpty()
                        ? ""
                        : ", "
                                + String.join(
                                        " and ",
                                        conditions.stream()
                                                .map(Condition::words)
                                                .toList()))
                + ": " + damage;
    }
}
