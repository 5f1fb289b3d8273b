package org.gradtwin.verify;

import java.util.List;
import java.util.Optional;
import org.gradtwin.tensor.DType;

/** One case in one type on one engine, with every comparison that was made. */
public interface Checked {
    /** The full name of the case. */
    String caseName();

    /** The type. */
    DType dtype();

    /** The engine's name. */
    String engine();

    /** Every comparison. */
    List<Check> checks();

    /** What to say of a check that fails the gate; empty where the message of another one says it. */
    Optional<String> message(Check check);

    /** Where the engine first went wrong, in words; empty if it did not or nobody knows. */
    Optional<String> firstOffInWords();

    /** A name for a test: case, engine, type. */
    default String name() {
        return caseName() + " on " + engine() + " in " + dtype().torchName();
    }

    /**
     * Passes if every check passes the gate.
     *
     * @throws AssertionError with the failure messages
     */
    default void requirePass() {
        List<String> failures = checks().stream()
                .filter(Check::failsGate)
                .flatMap(check -> message(check).stream())
                .toList();
        if (!failures.isEmpty()) {
            throw new AssertionError(String.join("\n\n", failures));
        }
    }
}
