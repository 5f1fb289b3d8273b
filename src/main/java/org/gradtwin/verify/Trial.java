package org.gradtwin.verify;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Flag;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;

/**
 * One case in one type on one engine.
 *
 * @param given the case
 * @param dtype the type
 * @param engine the engine's name
 * @param checks every comparison that was made
 * @param firstOff where the engine first went wrong, empty if it did not
 * @param culprit what is at fault, in a program of several ops; empty if nothing is, or that cannot be told
 */
public record Trial(
        NamedCase given,
        DType dtype,
        String engine,
        List<Check> checks,
        Optional<Quantity> firstOff,
        Optional<Culprit> culprit)
        implements Checked {
    /** An immutable copy. */
    public Trial {
        checks = List.copyOf(checks);
    }

    /** One of which nobody asked what is at fault. */
    public Trial(NamedCase given, DType dtype, String engine, List<Check> checks, Optional<Quantity> firstOff) {
        this(given, dtype, engine, checks, firstOff, Optional.empty());
    }

    @Override
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
        return given.given().parsed();
    }

    /** The message of a check; where many checks have no number for one reason, only the first has one. */
    @Override
    @SuppressWarnings("ReferenceEquality") // the check itself, not one like it
    public Optional<String> message(Check check) {
        boolean said = hasFailed(check)
                && checks.stream()
                        .takeWhile(other -> other != check)
                        .anyMatch(other -> hasFailed(other) && Objects.equals(other.reason(), check.reason()));
        return check.failsGate() && !said ? Optional.of(FailureMessage.of(this, check)) : Optional.empty();
    }

    /** Whether there was nothing to compare, because the engine failed, or what it is held against. */
    boolean hasFailed(Check check) {
        return check.verdict() == Verdict.DISAGREE
                && check.comparison() == null
                && given.given().refusal().isEmpty();
    }

    /** The element of a quantity that is farthest from the recorded one; empty if none was compared. */
    public Optional<Discrepancy> worst(Quantity quantity) {
        return checks.stream()
                .filter(check -> check.quantity().equals(quantity) && check.against() == Check.Against.EXPECT)
                .flatMap(check -> Stream.ofNullable(check.comparison()))
                .flatMap(comparison -> Stream.ofNullable(comparison.worst()))
                .findFirst();
    }

    @Override
    public String toString() {
        return inWords();
    }

    @Override
    public Optional<String> firstOffInWords() {
        return FailureMessage.firstOff(this);
    }
}
