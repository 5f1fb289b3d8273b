package org.gradtwin.verify;

import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Verdict;
import org.gradtwin.tensor.DType;

/** One case in one type on one engine, with every comparison that was made. */
public interface Checked {
    /** Messages that a failing test shows: of very many the first say enough. */
    int SHOWN = 2;

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

    /** Itself in a line, for the messages of assertions. */
    default String inWords() {
        long failing = checks().stream().filter(Check::failsGate).count();
        return name() + ": " + failing + " of " + checks().size() + " checks fail"
                + firstOffInWords().map(where -> ", first off " + where).orElse("");
    }

    /** Why nothing was compared: the reason of the first check where all were skipped, empty otherwise. */
    default Optional<String> skipped() {
        return checks().stream().allMatch(check -> check.verdict() == Verdict.SKIPPED)
                ? checks().stream().findFirst().map(check -> String.valueOf(check.reason()))
                : Optional.empty();
    }

    /**
     * Passes if every check passes the gate. What was skipped passes too: see {@link #skipped()}.
     *
     * @throws AssertionError with the first failure messages, or if there are no checks at all
     */
    default void requirePass() {
        if (checks().isEmpty()) {
            throw new AssertionError(name() + ": nothing was checked");
        }
        List<Check> failures = checks().stream().filter(Check::failsGate).toList();
        if (!failures.isEmpty()) {
            // One more than is shown tells whether there are more; a message takes time, and thousands may fail.
            List<String> messages = failures.stream()
                    .flatMap(check -> message(check).stream())
                    .limit(SHOWN + 1L)
                    .toList();
            int shown = Math.min(SHOWN, messages.size());
            String more = shown == messages.size()
                    ? ""
                    : "\n\n… " + failures.size() + " checks fail, " + shown + " messages are shown";
            throw new AssertionError(
                    messages.isEmpty()
                            ? name() + ": " + failures.size() + " checks fail, the first is the "
                                    + failures.get(0).quantity() + ": "
                                    + failures.get(0).reason()
                            : String.join("\n\n", messages.subList(0, shown)) + more);
        }
    }
}
