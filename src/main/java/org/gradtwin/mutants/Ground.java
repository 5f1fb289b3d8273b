package org.gradtwin.mutants;

import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.IntPredicate;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Corpus;
import org.gradtwin.fuzz.ProgramTypes;
import org.gradtwin.fuzz.Rounding;
import org.gradtwin.language.Op;
import org.gradtwin.mutants.Hunt.Bag;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Verifier;
import org.jspecify.annotations.Nullable;

/**
 * Where mutants are hunted: the cases that have numbers in float64, then random programs, each with a number. Short cases come first: what
 * they notice, long ones need not be tried with. The threads of this process hunt here.
 */
public final class Ground implements Hunters {
    /** Cases and programs after which what was noticed is told: enough for every thread to have some. */
    private static final int BLOCK = 64 * Runtime.getRuntime().availableProcessors();

    private final Plan plan;
    private final List<NamedCase> cases;
    /** Those whose mutants are counted; empty for all. */
    private final Set<Op> ops = new HashSet<>();

    private final Engine reference = new ScalarEngine();
    private final Rounding rounding = new Rounding(reference);
    /** Makes the programs, if there are any. */
    private final @Nullable Campaign campaign;

    /**
     * Of cases that were chosen.
     *
     * @throws IllegalArgumentException if none of them could notice a mutant, or no program can be made of their ops
     */
    Ground(Plan plan, List<NamedCase> chosen) {
        this.plan = plan;
        cases = chosen.stream()
                .filter(named -> named.given().refusal().isEmpty()
                        && named.given().dtypes().contains(DType.FLOAT64))
                .sorted(Comparator.comparing(
                                (NamedCase named) -> named.given().program().size())
                        .thenComparing(NamedCase::name))
                .toList();
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(
                    "--case: of " + chosen.size() + " cases, none has numbers in float64, which could notice a mutant");
        }
        if (!plan.isOfAllOps()) {
            cases.forEach(named -> ops.addAll(named.given().parsed().ops()));
        }
        campaign = plan.programs() == 0 ? null : campaign();
    }

    private Campaign campaign() {
        try {
            return new Campaign(
                    new MatrixEngine(),
                    reference,
                    List.of(reference, new MatrixEngine()),
                    ProgramTypes.each(Set.of(DType.FLOAT64)),
                    Corpus.NONE,
                    ops,
                    Set.of());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--count: " + e.getMessage(), e);
        }
    }

    /** How many cases. */
    public int cases() {
        return cases.size();
    }

    /** How many cases and programs. */
    public long size() {
        return cases.size() + plan.programs();
    }

    @Override
    public Score hunt(LongConsumer steps) {
        Score score = Score.NONE;
        for (long from = 0; from < size(); from += BLOCK) {
            long to = Math.min(from + BLOCK, size());
            score = score.plus(hunt(LongStream.range(from, to).parallel(), score));
            steps.accept(to - from);
        }
        return score;
    }

    /**
     * Hunts with some.
     *
     * @param numbers of cases and programs
     * @param known what is noticed already, and need not be run again
     * @return what is not known, and the matrix if that is asked for
     */
    public Score hunt(LongStream numbers, Score known) {
        Set<Integer> acting = ConcurrentHashMap.newKeySet();
        Set<Integer> byCases = ConcurrentHashMap.newKeySet();
        Set<Integer> byPrograms = ConcurrentHashMap.newKeySet();
        Map<String, List<Integer>> kills = new ConcurrentSkipListMap<>();
        Set<String> unsound = ConcurrentHashMap.newKeySet();
        numbers.forEach(number -> {
            boolean isCase = number < cases.size();
            Set<Integer> noticed = isCase ? byCases : byPrograms;
            Set<Integer> before = isCase ? known.byCases() : known.byPrograms();
            IntPredicate wanted = mutant -> (plan.matrix() || !(noticed.contains(mutant) || before.contains(mutant)))
                    && (ops.isEmpty() || ops.contains(Mutants.of(mutant).op()));
            String name = isCase
                    ? cases.get((int) number).name()
                    : String.format(Locale.ROOT, "seed %07d", plan.seed() + number - cases.size());
            Optional<Bag> bag = Running.during(name, () -> Hunt.run(checks(number), wanted));
            bag.ifPresentOrElse(
                    mutants -> {
                        acting.addAll(mutants.acting());
                        noticed.addAll(mutants.noticed());
                        if (plan.matrix()) {
                            kills.put(name, mutants.noticed().stream().sorted().toList());
                        }
                    },
                    () -> unsound.add(name));
        });
        return new Score(
                new TreeSet<>(acting),
                new TreeSet<>(byCases),
                new TreeSet<>(byPrograms),
                new TreeMap<>(kills),
                new TreeSet<>(unsound));
    }

    private Predicate<Engine> checks(long number) {
        return number < cases.size()
                ? engine -> notices(engine, cases.get((int) number))
                : notices(plan.seed() + number - cases.size());
    }

    /** Whether a case notices an engine: a recorded number in float64 disagrees. */
    public static boolean notices(Engine engine, NamedCase named) {
        // As its own twin it is held against the recorded numbers alone: PyTorch is not started.
        return new Verifier(engine, List.of(engine))
                .verify(named, List.of(DType.FLOAT64))
                .flatMap(trial -> trial.checks().stream())
                .anyMatch(check -> check.verdict() == Verdict.DISAGREE);
    }

    /** The program of a seed. */
    public Task program(long seed) {
        if (campaign == null) {
            throw new IllegalStateException("there are no programs");
        }
        return campaign.program(seed);
    }

    /** A program's checks: as {@code fuzz} makes them, with the matrix engine in the place of the twin. */
    public Predicate<Engine> notices(long seed) {
        Task task = program(seed);
        Evaluation expected;
        try {
            expected = Evaluator.evaluate(new MatrixEngine(), task, DType.FLOAT64);
        } catch (EvaluationException refused) {
            return engine -> runs(engine, task);
        }
        Map<Quantity, Tolerance> tolerances = rounding.tolerances(task, DType.FLOAT64, seed);
        return engine -> {
            try {
                Evaluation actual = Evaluator.evaluate(engine, task, DType.FLOAT64);
                return expected.quantities().entrySet().stream()
                        .anyMatch(entry -> !Comparison.of(
                                        actual.get(entry.getKey()),
                                        entry.getValue(),
                                        tolerances.getOrDefault(entry.getKey(), Tolerance.EXACT))
                                .agrees());
            } catch (EvaluationException e) {
                return true;
            }
        };
    }

    /** A task that is refused is noticed where it is not. */
    private static boolean runs(Engine engine, Task task) {
        try {
            Evaluator.evaluate(engine, task, DType.FLOAT64);
            return true;
        } catch (EvaluationException e) {
            return false;
        }
    }

    @Override
    public void done() {}

    @Override
    public void close() {}
}
