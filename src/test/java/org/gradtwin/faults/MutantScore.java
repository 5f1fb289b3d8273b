package org.gradtwin.faults;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.gradtwin.engine.Engine;
import org.gradtwin.language.Op;
import org.gradtwin.mutants.Ground;
import org.gradtwin.mutants.Mutant;
import org.gradtwin.mutants.Mutants;
import org.gradtwin.mutants.Plan;
import org.gradtwin.mutants.Score;

/** Which generic mutants the corpus and the fuzzer notice, and which of the seeded faults the fuzzer. */
final class MutantScore {
    final Set<Mutant> acting;
    final Set<Mutant> byFixtures;
    final Set<Mutant> byFuzz;
    final Set<Mutant> byEither;

    /** The seed of a program that notices a fault, which need not be the first. */
    final Map<Fault, Long> faults = new ConcurrentHashMap<>();

    /** One engine a fault, so that what it keeps from graph to graph has its effect. */
    private final Map<Fault, FaultyEngine> faulty =
            Arrays.stream(Fault.values()).collect(Collectors.toMap(fault -> fault, FaultyEngine::with));

    /** Of the whole corpus and so many programs. */
    MutantScore(int programs) {
        Ground ground = Plan.of(null, List.of(), 0, programs, false).open();
        Score score = ground.hunt(steps -> {});
        acting = mutants(score.acting());
        byFixtures = mutants(score.byCases());
        byFuzz = mutants(score.byPrograms());
        byEither = mutants(score.byEither());
        LongStream.range(0, programs).parallel().forEach(seed -> faults(ground, seed));
    }

    private static Set<Mutant> mutants(NavigableSet<Integer> numbers) {
        return numbers.stream().map(Mutants::of).collect(Collectors.toSet());
    }

    double share(Set<Mutant> noticed) {
        return (double) noticed.size() / acting.size();
    }

    private void faults(Ground ground, long seed) {
        Set<Op> ops = ground.program(seed).program().ops();
        Predicate<Engine> notices = ground.notices(seed);
        faulty.forEach((fault, engine) -> {
            boolean about = fault.ops().isEmpty() || fault.ops().stream().anyMatch(ops::contains);
            if (about && !faults.containsKey(fault)) {
                synchronized (engine) {
                    if (notices.test(engine)) {
                        faults.put(fault, seed);
                    }
                }
            }
        });
    }
}
