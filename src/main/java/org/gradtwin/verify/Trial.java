package org.gradtwin.verify;

import java.util.List;
import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.tensor.DType;

/**
 * One case in one type on one engine.
 *
 * @param given the case
 * @param dtype the type
 * @param engine the engine's name
 * @param checks every comparison that was made
 * @param firstOff where the engine first went wrong, empty if it did not
 */
public record Trial(
        FixtureCase given, DType dtype, String engine, List<Check> checks, Optional<Quantity> firstOff) {
    /** An immutable copy. */
    public Trial {
        checks = List.copyOf(checks);
    }

    /** A name for a test: case, engine, type. */
    public String name() {
        return given.name() + " on " + engine + " in " + dtype.torchName();
    }

    /**
     * Passes if every check passes the gate.
     *
     * @throws AssertionError with one failure message a failing check
     */
    public void requirePass() {
        List<String> failures = checks.stream()
                .filter(Check::failsGate)
                .map(check -> FailureMessage.of(this, check))
                .toList();
        if (!failures.isEmpty()) {
            throw new AssertionError(String.join("\n\n", failures));
        }
    }
}
