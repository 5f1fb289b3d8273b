package org.gradtwin.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Rounding;
import org.gradtwin.language.Op;
import org.gradtwin.mutants.Hunt;
import org.gradtwin.mutants.Hunt.Bag;
import org.gradtwin.mutants.Mutant;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Which generic mutants the corpus and the fuzzer notice. */
final class MutantScore {
    final Hunt hunt = new Hunt();
    final Set<Mutant> acting = ConcurrentHashMap.newKeySet();
    final Set<Mutant> byFixtures = ConcurrentHashMap.newKeySet();
    final Set<Mutant> byFuzz = ConcurrentHashMap.newKeySet();

    /** Which case or program notices which mutants, where that is asked for: then none is left out that another one notices. */
    private final @Nullable Path matrix;

    private final Map<String, Set<Mutant>> kills = new ConcurrentSkipListMap<>();

    private final Engine reference = new ScalarEngine();
    private final Campaign campaign =
            new Campaign(new MatrixEngine(), reference, List.of(reference, new MatrixEngine()), Set.of(DType.FLOAT64));
    private final Rounding rounding = new Rounding(reference);

    MutantScore(Optional<Path> matrix) {
        this.matrix = matrix.orElse(null);
    }

    double share(Set<Mutant> noticed) {
        return (double) noticed.size() / acting.size();
    }

    Set<Mutant> byEither() {
        Set<Mutant> either = new HashSet<>(byFixtures);
        either.addAll(byFuzz);
        return either;
    }

    /** The seed of a program that notices a fault, which need not be the first. */
    final Map<Fault, Long> faults = new ConcurrentHashMap<>();

    /** One engine a fault, so that what it keeps from graph to graph has its effect. */
    private final Map<Fault, FaultyEngine> faulty =
            Arrays.stream(Fault.values()).collect(Collectors.toMap(fault -> fault, FaultyEngine::with));

    private void faults(Task task, long seed, Predicate<Engine> notices) {
        Set<Op> ops = task.program().ops();
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

    /** Cases of one op come first: what they notice need not be tried again. */
    void fixtures(List<NamedCase> cases) {
        List<NamedCase> ordered = cases.stream()
                .filter(named -> named.given().refusal().isEmpty()
                        && named.given().dtypes().contains(DType.FLOAT64))
                .sorted(Comparator.comparing(named -> named.given().program().size()))
                .toList();
        ordered.parallelStream().forEach(named -> {
            NamedCase only = Recorded.in(named, DType.FLOAT64);
            hunt(named.name(), engine -> notices(engine, only), byFixtures);
        });
    }

    static boolean notices(Engine engine, NamedCase named) {
        return Recorded.verify(engine, named)
                .flatMap(trial -> trial.checks().stream())
                .anyMatch(check -> check.verdict() == Verdict.DISAGREE);
    }

    void fuzz(long from, long to) {
        LongStream.range(from, to).parallel().forEach(seed -> {
            Task task = campaign.program(seed);
            Predicate<Engine> notices = notices(task, seed);
            hunt(String.format(Locale.ROOT, "seed %07d", seed), notices, byFuzz);
            faults(task, seed, notices);
        });
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

    /** The program's checks: as {@code fuzz} makes them, with the matrix engine in the place of the twin. */
    private Predicate<Engine> notices(Task task, long seed) {
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

    private void hunt(String name, Predicate<Engine> notices, Set<Mutant> noticed) {
        Bag bag = hunt.run(notices, mutant -> matrix != null || !noticed.contains(mutant));
        acting.addAll(bag.acting());
        noticed.addAll(bag.noticed());
        if (matrix != null) {
            kills.put(name, bag.noticed());
        }
    }

    /** Writes the matrix: a line of JSON with the mutants that act, then one for each case and program with the numbers of those that it notices. */
    void write() throws IOException {
        if (matrix == null) {
            return;
        }
        JsonMapper json = new JsonMapper();
        List<Mutant> mutants =
                acting.stream().sorted(Comparator.comparing(Mutant::toString)).toList();
        Map<Mutant, Integer> numbers = new HashMap<>();
        mutants.forEach(mutant -> numbers.put(mutant, numbers.size()));
        List<String> lines = new ArrayList<>();
        lines.add(json.writeValueAsString(
                Map.of("mutants", mutants.stream().map(Mutant::toString).toList())));
        kills.forEach((name, noticed) -> lines.add(json.writeValueAsString(Map.of(
                "by", name, "kills", noticed.stream().map(numbers::get).sorted().toList()))));
        Files.write(matrix, lines);
    }
}
