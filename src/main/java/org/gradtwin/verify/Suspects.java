package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.Suspect.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Finds the few ops that explain best which cases fail on an engine and which pass: spectrum-based fault localisation for
 * several faults, as Barinel does it (Abreu, Zoeteweij and van Gemund, 2009). A case that fails speaks against the ops of the
 * statement that is first off in it. A set of ops costs, in nats, {@code log(number of ops)} each for being wrong at all, what
 * it makes of its cases, {@code −f·log(f/c) − (c − f)·log(1 − f/c)} where f of c fail, and a price for each case that fails
 * without it. The cheapest set of up to three is suspected; where it leaves too many cases, the graph is.
 */
public final class Suspects {
    /** The live PyTorch as an engine under test. */
    private static final String TWIN = "pytorch";

    /** Ops whose sets are tried: those that are first off most often, for their number of cases. */
    private static final int CANDIDATES = 40;

    /** So many ops that cannot be told apart are named. */
    private static final int NAMED = 3;

    /** Nats for a case that no suspect explains. */
    private static final double UNEXPLAINED = 12;

    /** Suspects that leave more than this part of the failing cases are none. */
    private static final double LEFT = 0.2;

    /** A case on one engine: the ops it applies, those that may be to blame, and the types in which it fails. */
    private static final class Spectrum {
        private final Set<String> ops;
        private final Set<String> blamed = new LinkedHashSet<>();
        private final Set<String> dtypes = new HashSet<>();

        Spectrum(Set<String> ops) {
            this.ops = ops;
        }

        boolean fails() {
            return !dtypes.isEmpty();
        }
    }

    /** An op: in how many cases it is, and in which of those that fail it is blamed. */
    private record Candidate(String op, int cases, BitSet failing) {
        double cost() {
            double f = failing.cardinality();
            double passing = cases - f;
            return Math.log(Ops.all().size())
                    - f * Math.log(f / cases)
                    - (passing == 0 ? 0 : passing * Math.log(passing / cases));
        }

        /** Ochiai's coefficient. */
        double likeness(int all) {
            double f = failing.cardinality();
            return f / Math.sqrt((double) all * cases);
        }
    }

    private final String engine;
    private final Map<String, Spectrum> cases = new LinkedHashMap<>();
    private final Set<String> dtypes = new HashSet<>();
    private List<Candidate> best = List.of();
    private double cheapest;

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
                        .add(trial, ops.computeIfAbsent(trial.caseName(), name -> ids(trial.program())));
            }
        }
        List<Suspect> suspects = new ArrayList<>();
        if (!stale.isEmpty()) {
            int all = (int) trials.stream().map(Trial::caseName).distinct().count();
            suspects.add(new Suspect(Kind.RECORD, "", null, stale.size(), all, 0, null));
        }
        engines.values().forEach(each -> suspects.addAll(each.found()));
        return suspects;
    }

    /** Cases in which something differs from the recorded numbers, and nothing from the live PyTorch. */
    private static Set<String> stale(Collection<Trial> trials) {
        Set<String> off = new LinkedHashSet<>();
        Set<String> wrong = new HashSet<>();
        for (Trial trial : trials) {
            List<Check> disagreeing = disagreeing(trial);
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

    private static List<Check> disagreeing(Trial trial) {
        return trial.checks().stream()
                .filter(check -> check.verdict() == Verdict.DISAGREE)
                .toList();
    }

    private static Set<String> ids(Program program) {
        return program.ops().stream().map(Op::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private void add(Trial trial, Set<String> ops) {
        String dtype = trial.dtype().torchName();
        dtypes.add(dtype);
        Spectrum spectrum = cases.computeIfAbsent(trial.caseName(), name -> new Spectrum(ops));
        if (!disagreeing(trial).isEmpty()) {
            spectrum.dtypes.add(dtype);
            spectrum.blamed.addAll(trial.firstOff()
                    .map(quantity -> blamed(trial.program(), quantity))
                    .filter(found -> !found.isEmpty())
                    .orElse(ops));
        }
    }

    /** The ops that compute a value, or that pass back a gradient. */
    private static Set<String> blamed(Program program, Quantity quantity) {
        List<Statement> statements = program.statements().stream()
                .filter(statement -> quantity.kind() == Quantity.Kind.VALUE
                        ? statement.name().equals(quantity.name())
                        : statement.names().contains(quantity.name()))
                .toList();
        return statements.isEmpty() ? Set.of() : ids(Program.of(statements));
    }

    private List<Suspect> found() {
        List<Spectrum> failing = cases.values().stream().filter(Spectrum::fails).toList();
        if (failing.isEmpty()) {
            return List.of();
        }
        List<Candidate> candidates = candidates(failing);
        cheapest = Double.POSITIVE_INFINITY;
        search(candidates, 0, List.of(), 0, new BitSet(), failing.size());
        BitSet explained = new BitSet();
        best.forEach(candidate -> explained.or(candidate.failing));
        if (failing.size() - explained.cardinality() > LEFT * failing.size()) {
            return List.of(new Suspect(Kind.GRAPH, engine, null, failing.size(), cases.size(), 0, dtype(failing)));
        }
        double next = next();
        return best.stream()
                .sorted(Comparator.comparingInt((Candidate each) -> each.failing.cardinality())
                        .reversed())
                .map(each -> new Suspect(
                        Kind.OP,
                        engine,
                        alike(each, candidates),
                        each.failing.cardinality(),
                        each.cases,
                        next,
                        dtype(each.failing.stream().mapToObj(failing::get).toList())))
                .toList();
    }

    /** The op, with those that are in the same cases and fail in the same: of a single case nobody can tell them apart. */
    private static String alike(Candidate suspect, List<Candidate> candidates) {
        List<String> ops = candidates.stream()
                .filter(each -> each.cases == suspect.cases && each.failing.equals(suspect.failing))
                .map(Candidate::op)
                .toList();
        return ops.size() <= NAMED ? String.join(" or ", ops) : "one of " + ops.size() + " ops";
    }

    private List<Candidate> candidates(List<Spectrum> failing) {
        Map<String, BitSet> blamed = new TreeMap<>();
        for (int i = 0; i < failing.size(); i++) {
            for (String op : failing.get(i).blamed) {
                blamed.computeIfAbsent(op, key -> new BitSet()).set(i);
            }
        }
        List<Candidate> candidates = new ArrayList<>();
        blamed.forEach((op, set) -> candidates.add(new Candidate(
                op,
                (int) cases.values().stream()
                        .filter(spectrum -> spectrum.ops.contains(op))
                        .count(),
                set)));
        candidates.sort(Comparator.comparingDouble((Candidate each) -> -each.likeness(failing.size())));
        return candidates.subList(0, Math.min(CANDIDATES, candidates.size()));
    }

    /** Tries every set of up to three. */
    private void search(
            List<Candidate> candidates, int from, List<Candidate> set, double cost, BitSet explained, int all) {
        double total = cost + UNEXPLAINED * (all - explained.cardinality());
        if (total < cheapest) {
            cheapest = total;
            best = set;
        }
        for (int i = from; i < candidates.size() && set.size() < 3; i++) {
            Candidate next = candidates.get(i);
            BitSet more = (BitSet) explained.clone();
            more.or(next.failing);
            List<Candidate> larger = new ArrayList<>(set);
            larger.add(next);
            search(candidates, i + 1, larger, cost + next.cost(), more, all);
        }
    }

    /** Of the cases without a suspect, the highest share that fails of any op's. */
    private double next() {
        Set<String> suspects = best.stream().map(Candidate::op).collect(Collectors.toSet());
        Map<String, int[]> counts = new TreeMap<>();
        cases.values().stream()
                .filter(spectrum -> spectrum.ops.stream().noneMatch(suspects::contains))
                .forEach(spectrum -> spectrum.ops.forEach(op -> {
                    int[] count = counts.computeIfAbsent(op, key -> new int[2]);
                    count[0] += spectrum.blamed.contains(op) ? 1 : 0;
                    count[1]++;
                }));
        return counts.values().stream()
                .mapToDouble(count -> (double) count[0] / count[1])
                .max()
                .orElse(0);
    }

    /** The only type of those that fail; null if there are more, or the engine has no other. */
    private @Nullable String dtype(List<Spectrum> failing) {
        Set<String> in =
                failing.stream().flatMap(spectrum -> spectrum.dtypes.stream()).collect(Collectors.toSet());
        return in.size() == 1 && dtypes.size() > 1 ? in.iterator().next() : null;
    }
}
