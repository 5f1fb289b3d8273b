package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradtwin.language.Ops;

/**
 * The few ops that explain best which cases fail and which pass: spectrum-based fault localisation for several faults, as
 * Barinel does it (Abreu, Zoeteweij and van Gemund, 2009). A case that fails speaks against the ops that it blames. A set of
 * ops costs, in nats, {@code log(number of ops)} each for being wrong at all, what it makes of its cases,
 * {@code −f·log(f/c) − (c − f)·log(1 − f/c)} where f of c fail, and a price for each case that fails without it. The cheapest
 * set is suspected unless it leaves too many cases. Then there may be more ops: those that fail where nothing else is applied,
 * if they are a minority of the ops, and such cases most of what fails. Else it is what the ops have in common.
 */
final class Diagnosis {
    /** Ops whose sets are tried: those that are blamed most often, for their number of cases. */
    private static final int CANDIDATES = 40;

    /** So many ops that cannot be told apart are named. */
    private static final int NAMED = 3;

    /** Nats for a case that no suspect explains. */
    private static final double UNEXPLAINED = 12;

    /** Suspects that leave more than this part of the failing cases are none. */
    private static final double LEFT = 0.2;

    /** Where more than this part of the ops fail that are tried alone, it is not the ops. */
    private static final double MINORITY = 0.25;

    /** An op: in how many cases it is, and which of those that fail blame it. */
    record Candidate(String op, int cases, BitSet failing) {
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

    private final Collection<Spectrum> cases;
    private final List<Spectrum> failing;
    private final int most;
    private final List<Candidate> candidates;
    private List<Candidate> best = List.of();
    private double cheapest = Double.POSITIVE_INFINITY;

    /**
     * A diagnosis.
     *
     * @param cases all that passed, and those that fail
     * @param failing those that fail
     * @param most how many ops a set may have
     */
    Diagnosis(Collection<Spectrum> cases, List<Spectrum> failing, int most) {
        this.cases = cases;
        this.failing = failing;
        this.most = most;
        this.candidates = candidates();
        search(candidates.subList(0, Math.min(CANDIDATES, candidates.size())), 0, List.of(), 0, new BitSet());
        if (isTooLittle() && most > 1) {
            best = alone();
        }
        if (isTooLittle()) {
            best = List.of();
        }
    }

    /** The ops that are suspected, the one of most failing cases first; none if no ops explain what fails. */
    List<Candidate> suspects() {
        return best.stream()
                .sorted(Comparator.comparingInt((Candidate each) -> each.failing.cardinality())
                        .reversed())
                .toList();
    }

    /** The cases that fail and blame an op. */
    List<Spectrum> failing(Candidate suspect) {
        return suspect.failing.stream().mapToObj(failing::get).toList();
    }

    private boolean isTooLittle() {
        BitSet explained = new BitSet();
        best.forEach(candidate -> explained.or(candidate.failing));
        return failing.size() - explained.cardinality() > LEFT * failing.size();
    }

    private List<Candidate> candidates() {
        Map<String, BitSet> blamed = new TreeMap<>();
        for (int i = 0; i < failing.size(); i++) {
            for (String op : failing.get(i).blamed()) {
                blamed.computeIfAbsent(op, key -> new BitSet()).set(i);
            }
        }
        List<Candidate> all = new ArrayList<>();
        blamed.forEach((op, set) -> all.add(new Candidate(
                op,
                (int) cases.stream()
                        .filter(spectrum -> spectrum.ops().contains(op))
                        .count(),
                set)));
        all.sort(Comparator.comparingDouble((Candidate each) -> -each.likeness(failing.size())));
        return all;
    }

    /** Tries every set of as many as there may be. */
    private void search(List<Candidate> from, int first, List<Candidate> set, double cost, BitSet explained) {
        double total = cost + UNEXPLAINED * (failing.size() - explained.cardinality());
        if (total < cheapest) {
            cheapest = total;
            best = set;
        }
        for (int i = first; i < from.size() && set.size() < most; i++) {
            Candidate next = from.get(i);
            BitSet more = (BitSet) explained.clone();
            more.or(next.failing);
            List<Candidate> larger = new ArrayList<>(set);
            larger.add(next);
            search(from, i + 1, larger, cost + next.cost(), more);
        }
    }

    /** Ops of which a case fails that applies nothing else; none if that is so of more than a minority, or of few of the failing cases. */
    private List<Candidate> alone() {
        long alone =
                failing.stream().filter(spectrum -> spectrum.ops().size() == 1).count();
        if (2 * alone < failing.size()) {
            return List.of();
        }
        Map<String, Boolean> fails = new HashMap<>();
        cases.stream()
                .filter(spectrum -> spectrum.ops().size() == 1)
                .forEach(spectrum ->
                        fails.merge(spectrum.ops().iterator().next(), spectrum.fails(), Boolean::logicalOr));
        List<Candidate> wrong = candidates.stream()
                .filter(candidate -> fails.getOrDefault(candidate.op, false))
                .toList();
        return wrong.size() <= MINORITY * fails.size() ? wrong : List.of();
    }

    /** The op, with those that are in the same cases and fail in the same: of a single case nobody can tell them apart. */
    String name(Candidate suspect) {
        List<String> ops = alike(suspect);
        return ops.size() <= NAMED ? String.join(" or ", ops) : "one of " + ops.size() + " ops";
    }

    /** Whether it is told from all but a few. */
    boolean isNamed(Candidate suspect) {
        return alike(suspect).size() <= NAMED;
    }

    private List<String> alike(Candidate suspect) {
        return candidates.stream()
                .filter(each -> each.cases == suspect.cases && each.failing.equals(suspect.failing))
                .map(Candidate::op)
                .toList();
    }

    /** Of the cases without a suspect, the highest share that fails of any op's. */
    double next() {
        Set<String> suspects = best.stream().map(Candidate::op).collect(Collectors.toSet());
        Map<String, int[]> counts = new TreeMap<>();
        cases.stream()
                .filter(spectrum -> spectrum.ops().stream().noneMatch(suspects::contains))
                .forEach(spectrum -> spectrum.ops().forEach(op -> {
                    int[] count = counts.computeIfAbsent(op, key -> new int[2]);
                    count[0] += spectrum.blamed().contains(op) ? 1 : 0;
                    count[1]++;
                }));
        return counts.values().stream()
                .mapToDouble(count -> (double) count[0] / count[1])
                .max()
                .orElse(0);
    }
}
