package org.gradtwin.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.KnownFailureReader;
import org.gradtwin.fixture.write.CanonicalJson;
import org.gradtwin.tensor.DType;

/**
 * Failing checks that are known, with their reasons: they do not fail the gate. An entry of which nothing fails any more does, so that
 * the file says no more than is so.
 */
public final class KnownFailures {
    /** Nothing is known to fail. */
    public static final KnownFailures NONE = new KnownFailures(List.of());

    private final List<Entry> entries;

    /** An entry, with its file and its patterns made once. */
    private record Entry(String file, KnownFailure failure, Predicate<String> cases, Predicate<String> quantities) {
        static Entry of(Path file, KnownFailure failure) {
            String shown = file.toString().replace('\\', '/');
            return new Entry(
                    shown, failure, FixtureSet.matcher(failure.cases()), FixtureSet.matcher(failure.quantity()));
        }

        /** Whether a check of a case that matches is one of those. */
        boolean covers(Check check) {
            return failure.engine().map(check.engine()::equals).orElse(true)
                    && failure.dtype().map(check.dtype()::equals).orElse(true)
                    && quantities.test(words(check.quantity()));
        }
    }

    private KnownFailures(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    private static KnownFailures of(Path file, List<KnownFailure> failures) {
        return new KnownFailures(
                failures.stream().map(failure -> Entry.of(file, failure)).toList());
    }

    /**
     * The entries of a file.
     *
     * @throws FixtureException if it cannot be read or something in it is wrong, in a line
     */
    public static KnownFailures read(Path file) {
        return of(file, KnownFailureReader.read(file));
    }

    /**
     * The entries of a file that is about one engine, and those that there were.
     *
     * @throws FixtureException if it cannot be read or something in it is wrong, in a line
     */
    public KnownFailures and(Path file, String engine) {
        List<Entry> all = new ArrayList<>(entries);
        KnownFailureReader.read(file).forEach(failure -> all.add(Entry.of(file, failure.on(engine))));
        return new KnownFailures(all);
    }

    /** A quantity as entries have it: {@code grad x}. */
    private static String words(Quantity quantity) {
        return quantity.kind().key() + " " + quantity.name();
    }

    /** The entries. */
    public List<KnownFailure> entries() {
        return entries.stream().map(Entry::failure).toList();
    }

    /** A trial whose checks that are known to fail say so. */
    public Trial of(Trial trial) {
        return fails(trial)
                ? new Trial(
                        trial.given(), trial.dtype(), trial.engine(), checks(trial), trial.firstOff(), trial.culprit())
                : trial;
    }

    /** A training likewise. */
    public TrainingTrial of(TrainingTrial trial) {
        return fails(trial)
                ? new TrainingTrial(
                        trial.given(),
                        trial.dtype(),
                        trial.engine(),
                        checks(trial),
                        trial.losses(),
                        trial.drift(),
                        trial.firstOff())
                : trial;
    }

    private boolean fails(Checked trial) {
        return !entries.isEmpty() && trial.checks().stream().anyMatch(Check::failsGate);
    }

    private List<Check> checks(Checked trial) {
        List<Entry> ofCase = entries.stream()
                .filter(entry -> entry.cases.test(trial.caseName()))
                .toList();
        return trial.checks().stream()
                .map(check -> !check.failsGate()
                        ? check
                        : ofCase.stream()
                                .filter(entry -> entry.covers(check))
                                .findFirst()
                                .map(entry -> check.with(Verdict.KNOWN, entry.failure.reason()))
                                .orElse(check))
                .toList();
    }

    /**
     * Entries of which nothing fails any more, each in a line that names it. An entry is judged if something that it covers was compared.
     *
     * @param run what ran, as this gave it back
     * @param whole whether all ran that an entry is about
     */
    public List<String> stale(Collection<? extends Checked> run, Predicate<KnownFailure> whole) {
        Set<Integer> stale = staleEntries(run, whole);
        return stale.stream()
                .map(i -> entries.get(i).file + ": " + entries.get(i).failure + ": does not fail any more: take it out")
                .toList();
    }

    private Set<Integer> staleEntries(Collection<? extends Checked> run, Predicate<KnownFailure> whole) {
        Map<String, List<Checked>> byCase =
                run.stream().collect(Collectors.groupingBy(Checked::caseName, LinkedHashMap::new, Collectors.toList()));
        return IntStream.range(0, entries.size())
                .filter(i -> {
                    Entry entry = entries.get(i);
                    List<Check> compared = byCase.entrySet().stream()
                            .filter(given -> entry.cases.test(given.getKey()))
                            .flatMap(given -> given.getValue().stream())
                            .flatMap(trial -> trial.checks().stream())
                            .filter(check -> check.verdict() != Verdict.SKIPPED && entry.covers(check))
                            .toList();
                    return !compared.isEmpty()
                            && compared.stream().noneMatch(check -> check.verdict() == Verdict.KNOWN)
                            && whole.test(entry.failure);
                })
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /**
     * These without the entries of which nothing fails any more, and with what else fails: as a defect, for the problem of its first check.
     * An entry is about one case on one engine, and about as many quantities and types as fail alike.
     *
     * @param file where they are to be written
     * @param run what ran, as this gave it back
     * @param whole whether all ran that an entry is about
     */
    public KnownFailures updated(Path file, Collection<? extends Checked> run, Predicate<KnownFailure> whole) {
        Set<Integer> stale = staleEntries(run, whole);
        List<KnownFailure> updated = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            if (!stale.contains(i)) {
                updated.add(entries.get(i).failure);
            }
        }
        run.stream()
                .collect(Collectors.groupingBy(
                        trial -> List.of(trial.caseName(), trial.engine()),
                        LinkedHashMap::new,
                        Collectors.flatMapping(
                                trial -> trial.checks().stream().filter(check -> check.verdict() != Verdict.SKIPPED),
                                Collectors.toList())))
                .values()
                .forEach(compared -> updated.addAll(failures(compared)));
        return of(file, updated);
    }

    /** Entries for what fails of a case on an engine. */
    private static List<KnownFailure> failures(List<Check> compared) {
        Map<Quantity, Set<DType>> failing = new LinkedHashMap<>();
        compared.stream()
                .filter(Check::failsGate)
                .forEach(check -> failing.computeIfAbsent(check.quantity(), key -> new TreeSet<>())
                        .add(check.dtype()));
        Map<Set<DType>, List<Quantity>> alike = failing.keySet().stream()
                .collect(Collectors.groupingBy(
                        quantity -> failing.getOrDefault(quantity, Set.of()), LinkedHashMap::new, Collectors.toList()));
        List<KnownFailure> entries = new ArrayList<>();
        alike.forEach((dtypes, quantities) -> {
            List<Check> there = compared.stream()
                    .filter(check -> dtypes.contains(check.dtype()))
                    .toList();
            for (String glob : globs(quantities, there)) {
                Predicate<String> matches = FixtureSet.matcher(glob);
                Check first = there.stream()
                        .filter(check -> check.failsGate() && matches.test(words(check.quantity())))
                        .findFirst()
                        .orElseThrow();
                entries.add(new KnownFailure(
                        first.caseName(),
                        glob,
                        dtypes.size() == 1 ? dtypes.stream().findFirst() : Optional.empty(),
                        Optional.of(first.engine()),
                        KnownFailure.Kind.DEFECT,
                        FailureMessage.inALine(first),
                        Optional.empty()));
            }
        });
        return entries;
    }

    /** The fewest globs for some quantities: one for all that were compared, one for all of a kind, or their names. */
    private static Set<String> globs(List<Quantity> quantities, List<Check> compared) {
        Set<Quantity> all = compared.stream().map(Check::quantity).collect(Collectors.toSet());
        if (quantities.containsAll(all)) {
            return Set.of(KnownFailure.ANY);
        }
        Function<Quantity, Stream<Quantity>> alike = one -> all.stream().filter(other -> other.kind() == one.kind());
        return quantities.stream()
                .map(quantity -> alike.apply(quantity).count() > 1
                                && alike.apply(quantity).allMatch(quantities::contains)
                        ? quantity.kind().key() + " " + KnownFailure.ANY
                        : words(quantity))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The text of a file of these; entries one after the other that differ in the case alone are written as one. */
    public String text() {
        Map<Map<String, Object>, List<String>> alike = new LinkedHashMap<>();
        entries.forEach(entry -> alike.computeIfAbsent(tree(entry.failure), key -> new ArrayList<>())
                .add(entry.failure.cases()));
        List<Map<String, Object>> trees = new ArrayList<>();
        alike.forEach((tree, cases) -> {
            Map<String, Object> written = new LinkedHashMap<>();
            written.put("case", cases.size() == 1 ? cases.get(0) : cases);
            written.putAll(tree);
            trees.add(written);
        });
        return CanonicalJson.text(trees);
    }

    /** All of an entry but its case, which comes first. */
    private static Map<String, Object> tree(KnownFailure failure) {
        Map<String, Object> tree = new LinkedHashMap<>();
        if (!failure.quantity().equals(KnownFailure.ANY)) {
            tree.put("quantity", failure.quantity());
        }
        failure.dtype().ifPresent(dtype -> tree.put("dtype", dtype.torchName()));
        failure.engine().ifPresent(engine -> tree.put("engine", engine));
        tree.put("kind", failure.kind().key());
        tree.put("because", failure.because());
        failure.link().ifPresent(link -> tree.put("link", link));
        return tree;
    }
}
