package org.gradtwin.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureSet.NamedCase;
import org.gradtwin.fixture.Flag;
import org.gradtwin.program.Program;
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
public record Trial(NamedCase given, DType dtype, String engine, List<Check> checks, Optional<Quantity> firstOff) {
    /** An immutable copy. */
    public Trial {
        checks = List.copyOf(checks);
    }

    /** The full name of the case. */
    public String caseName() {
        return given.name();
    }

    /** The case's flags, by name. */
    public Map<String, Flag> flags() {
        Map<String, Flag> flags = new LinkedHashMap<>(given.file().fixture().flags());
        flags.keySet().retainAll(given.given().flags());
        return flags;
    }

    /** The program, parsed. */
    public Program program() {
        return Program.parse(given.given().program());
    }

    /** A name for a test: case, engine, type. */
    public String name() {
        return caseName() + " on " + engine + " in " + dtype.torchName();
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
