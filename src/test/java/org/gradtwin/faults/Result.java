package org.gradtwin.faults;

import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Verdict;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Trial;

/**
 * What became of a fault.
 *
 * @param fault the fault
 * @param cases how many cases apply its ops, and several if it is a fault of the graph
 * @param caught how many of them notice it
 * @param first the first check, by name of its case, that does
 * @param suspects what a whole run suspects
 */
record Result(Fault fault, int cases, int caught, Optional<Check> first, List<Suspect> suspects) {
    /** Verifies an engine with the fault on every case that counts. */
    static Result of(Fault fault) {
        FaultyEngine engine = FaultyEngine.with(fault);
        List<NamedCase> cases = Recorded.counted(fault);
        List<Trial> trials =
                cases.stream().flatMap(named -> Recorded.verify(engine, named)).toList();
        List<Check> caught =
                trials.stream().flatMap(trial -> disagreeing(trial).stream()).toList();
        return new Result(fault, cases.size(), caught.size(), caught.stream().findFirst(), Recorded.suspects(trials));
    }

    private static Optional<Check> disagreeing(Trial trial) {
        return trial.checks().stream()
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .findFirst();
    }
}
