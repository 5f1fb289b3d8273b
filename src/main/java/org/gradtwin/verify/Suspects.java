package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.engine.Quantity;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.Suspect.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds what explains best which cases fail on an engine. What is thrown is grouped by what it says, what PyTorch refuses and the engine
 * computes is a group of its own. Of numbers that are off a few ops are suspected ({@link Diagnosis}), or, where no ops explain them, the graph.
 */
public final class Suspects {
    /** The live PyTorch as an engine under test. */
    private static final String TWIN = "pytorch";

    /** A set of so many ops is tried for numbers that are off. */
    private static final int OPS = 3;

    /** So many suspects of an engine are told, the largest. */
    private static final int TOLD = 5;

    private final String engine;
    private final Map<String, Spectrum> cases = new LinkedHashMap<>();
    private final Set<String> dtypes = new HashSet<>();

    private Suspects(String engine) {
        this.engine = engine;
    }

    /**
     * The suspects of a run: recorded numbers that are stale, then engine by engine, the one with most failing cases first. There is
     * none where nothing disagrees.
     */
    public static List<Suspect> of(Collection<Trial> trials) {
        Map<String, Suspects> engines = new LinkedHashMap<>();
        Map<String, Set<String>> ops = new LinkedHashMap<>();
        Set<String> stale = stale(trials);
        for (Trial trial : trials) {
            if (!stale.contains(trial.caseName()) && trial.skipped().isEmpty()) {
                engines.computeIfAbsent(trial.engine(), Suspects::new)
                        .add(trial, ops.computeIfAbsent(trial.caseName(), name -> Spectrum.ids(trial.program())));
            }
        }
        List<Suspect> suspects = new ArrayList<>();
        if (!stale.isEmpty()) {
            int all = (int) trials.stream().map(Trial::caseName).distinct().count();
            suspects.add(new Suspect(Kind.RECORD, "", null, stale.size(), all, 0, null, null));
        }
        engines.values().forEach(each -> suspects.addAll(each.found()));
        return suspects;
    }

    /** Cases in which something differs from the recorded numbers, and nothing from the live PyTorch. */
    private static Set<String> stale(Collection<Trial> trials) {
        Set<String> off = new LinkedHashSet<>();
        Set<String> wrong = new HashSet<>();
        for (Trial trial : trials) {
            List<Check> disagreeing = Spectrum.disagreeing(trial);
            if (disagreeing.isEmpty()) {
                continue;
            }
            Set<Quantity> live = trial.checks().stream()
                    .filter(check -> check.against() == Against.PYTORCH
                            && check.comparison() != null
                            && check.comparison().agrees())
                    .map(Check::quantity)
                    .collect(Collectors.toSet());
            for (Check check : disagreeing) {
                boolean asPyTorch = trial.engine().equals(TWIN) || live.contains(check.quantity());
                boolean recorded = check.against() == Against.EXPECT && check.comparison() != null;
                (recorded && asPyTorch ? off : wrong).add(trial.caseName());
            }
        }
        off.removeAll(wrong);
        return off;
    }

    private void add(Trial trial, Set<String> ops) {
        dtypes.add(trial.dtype().torchName());
        cases.computeIfAbsent(trial.caseName(), name -> new Spectrum(ops)).add(trial);
    }

    private List<Suspect> found() {
        List<Suspect> found = new ArrayList<>(numbers());
        Map<String, List<Spectrum>> thrown = new LinkedHashMap<>();
        for (Spectrum spectrum : cases.values()) {
            Cause cause = spectrum.thrown();
            if (cause != null) {
                thrown.computeIfAbsent(cause.kind(), kind -> new ArrayList<>()).add(spectrum);
            }
        }
        thrown.values().forEach(group -> found.add(thrown(group)));
        List<Spectrum> refusals =
                cases.values().stream().filter(Spectrum::isRefusal).toList();
        List<Spectrum> taken = refusals.stream()
                .filter(spectrum -> spectrum.fails() && spectrum.thrown() == null)
                .toList();
        found.addAll(refusals(refusals, taken));
        found.sort(Comparator.comparingInt(Suspect::failing).reversed());
        return found.size() <= TOLD ? found : largest(found);
    }

    /** The largest, and one for what else there is. */
    private List<Suspect> largest(List<Suspect> all) {
        List<Suspect> told = new ArrayList<>(all.subList(0, TOLD));
        int rest = all.size() - TOLD;
        int failing = all.stream().skip(TOLD).mapToInt(Suspect::failing).sum();
        told.add(new Suspect(Kind.OTHERS, engine, null, failing, cases.size(), 0, null, rest + " more"));
        return told;
    }

    private Suspect suspect(
            Kind kind, @Nullable String op, List<Spectrum> failing, int of, double next, @Nullable String what) {
        return new Suspect(kind, engine, op, failing.size(), of, next, dtype(failing), what);
    }

    /** Of what says the same when it is thrown, with the op that it is in if it is one. */
    private Suspect thrown(List<Spectrum> group) {
        String what = group.stream()
                .flatMap(spectrum -> Stream.ofNullable(spectrum.thrown()))
                .map(Cause::words)
                .findFirst()
                .orElseThrow();
        Diagnosis diagnosis = new Diagnosis(without(group), group, 1);
        return diagnosis.suspects().stream()
                .filter(diagnosis::isNamed)
                .findFirst()
                .map(op -> suspect(
                        Kind.THROWN, diagnosis.name(op), diagnosis.failing(op), op.cases(), diagnosis.next(), what))
                .orElseGet(() -> suspect(Kind.THROWN, null, group, cases.size(), 0, what));
    }

    /** Of what is computed and PyTorch refuses, by op if these are few. */
    private List<Suspect> refusals(List<Spectrum> refusals, List<Spectrum> taken) {
        if (taken.isEmpty()) {
            return List.of();
        }
        Diagnosis diagnosis = new Diagnosis(refusals, taken, OPS);
        List<Diagnosis.Candidate> ops = diagnosis.suspects();
        if (ops.isEmpty() || ops.size() > OPS) {
            return List.of(suspect(Kind.REFUSAL, null, taken, refusals.size(), 0, null));
        }
        return ops.stream()
                .map(op -> suspect(
                        Kind.REFUSAL, diagnosis.name(op), diagnosis.failing(op), op.cases(), diagnosis.next(), null))
                .toList();
    }

    /** All cases but those that fail in another way. */
    private List<Spectrum> without(List<Spectrum> failing) {
        Set<Spectrum> these = new HashSet<>(failing);
        return cases.values().stream()
                .filter(spectrum -> !spectrum.fails() || these.contains(spectrum))
                .toList();
    }

    /** Of numbers that are off. */
    private List<Suspect> numbers() {
        List<Spectrum> off = cases.values().stream().filter(Spectrum::isOff).toList();
        if (off.isEmpty()) {
            return List.of();
        }
        Diagnosis diagnosis = new Diagnosis(without(off), off, OPS);
        if (diagnosis.suspects().isEmpty()) {
            return List.of(suspect(Kind.GRAPH, null, off, cases.size(), 0, null));
        }
        double next = diagnosis.next();
        return diagnosis.suspects().stream()
                .map(op -> suspect(Kind.OP, diagnosis.name(op), diagnosis.failing(op), op.cases(), next, null))
                .toList();
    }

    /** The only type of those that fail; null if there are more, or the engine has no other. */
    private @Nullable String dtype(List<Spectrum> failing) {
        Set<String> in =
                failing.stream().flatMap(spectrum -> spectrum.dtypes().stream()).collect(Collectors.toSet());
        return in.size() == 1 && dtypes.size() > 1 ? in.iterator().next() : null;
    }
}
