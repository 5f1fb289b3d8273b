package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.KnownFailures;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;

/**
 * What engines are known to get wrong, as a campaign finds it: the cases of their known failures are run, and a program in which an
 * engine goes wrong in the same way at the same ops is counted with the entry's reason instead of told.
 */
public final class KnownSuspects {
    private static final Set<String> OPS = Ops.all().stream().map(Op::id).collect(Collectors.toUnmodifiableSet());

    private final List<Known> all;
    // Read by whoever tells of an interrupted campaign.
    private final Map<String, Long> runs = new ConcurrentHashMap<>();

    private record Known(Suspect suspect, String reason) {}

    private KnownSuspects(List<Known> all) {
        this.all = all;
    }

    /**
     * Those of some engines.
     *
     * @param known what is known, of cases that travel with this library
     */
    public static KnownSuspects of(Engine twin, List<Engine> engines, KnownFailures known) {
        List<String> globs =
                known.entries().stream().map(KnownFailure::cases).distinct().toList();
        if (globs.isEmpty()) {
            return new KnownSuspects(List.of());
        }
        List<Predicate<String>> wanted = globs.stream().map(FixtureSet::matcher).toList();
        Verifier verifier = new Verifier(twin, engines);
        return new KnownSuspects(FixtureSet.surveyed(globs).requireSound().cases().stream()
                .filter(named -> wanted.stream().anyMatch(glob -> glob.test(named.name())))
                .flatMap(verifier::verify)
                .flatMap(trial -> suspects(trial, known.of(trial)))
                .distinct()
                .toList());
    }

    /** What a trial shows whose checks that are known to fail say so in another. */
    private static Stream<Known> suspects(Trial trial, Trial told) {
        return IntStream.range(0, trial.checks().size())
                .filter(i -> told.checks().get(i).verdict() == Verdict.KNOWN
                        && trial.checks().get(i).against() == Check.Against.EXPECT)
                .mapToObj(i -> new Known(
                        suspect(trial, trial.checks().get(i)),
                        String.valueOf(told.checks().get(i).reason())))
                .filter(one -> one.suspect().ops().stream().allMatch(OPS::contains));
    }

    /** As a finding of the case's program; the seed is none. */
    private static Suspect suspect(Trial trial, Check check) {
        boolean failed = check.comparison() == null;
        return new Finding(
                        0,
                        trial.engine(),
                        List.of(trial.engine()),
                        trial.dtype(),
                        trial.given().given().task(),
                        failed ? null : check.quantity(),
                        check.comparison(),
                        check.tolerance(),
                        String.valueOf(check.reason()),
                        null)
                .suspect();
    }

    /** The sums without the runs that are known, which are counted here. */
    public Tally without(Tally block) {
        List<Suspect> left = new ArrayList<>();
        long known = 0;
        for (Suspect suspect : block.suspects()) {
            Optional<Known> explains = all.stream()
                    .filter(one -> suspect.isExplainedBy(one.suspect()))
                    .findFirst();
            if (explains.isPresent()) {
                runs.merge(explains.get().reason(), suspect.runs(), Long::sum);
                known += suspect.runs();
            } else {
                left.add(suspect);
            }
        }
        return block.withSuspects(left, block.disagree() - known);
    }

    /** A line for each reason, the most frequent first. */
    public List<String> inWords() {
        return runs.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(entry -> String.format(Locale.ROOT, "%,d runs: %s", entry.getValue(), entry.getKey()))
                .toList();
    }
}
