package org.gradtwin.faults;

import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Verdict;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.verify.Check;

/**
 * What became of a fault.
 *
 * @param fault the fault
 * @param cases how many cases apply its ops
 * @param caught how many of them notice it
 * @param first the first check, by name of its case, that does
 */
record Result(Fault fault, int cases, int caught, Optional<Check> first) {
    /** Verifies an engine with the fault on every case that applies its ops. */
    static Result of(Fault fault) {
        FaultyEngine engine = FaultyEngine.with(fault);
        List<NamedCase> cases = Recorded.about(fault);
        int caught = 0;
        Optional<Check> first = Optional.empty();
        for (NamedCase named : cases) {
            Optional<Check> check = Recorded.verify(engine, named)
                    .flatMap(trial -> trial.checks().stream())
                    .filter(candidate -> candidate.verdict() == Verdict.DISAGREE)
                    .findFirst();
            caught += check.isPresent() ? 1 : 0;
            first = first.isPresent() ? first : check;
        }
        return new Result(fault, cases.size(), caught, first);
    }
}
