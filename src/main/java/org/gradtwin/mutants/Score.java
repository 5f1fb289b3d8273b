package org.gradtwin.mutants;

import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which mutants act, and which of these are noticed, each by its number. Plain, so that it can be sent and kept; that of two rows of cases
 * and programs is the union of both, however they were cut and however often one was run.
 *
 * @param acting those that act in a case or program
 * @param byCases those that a case notices
 * @param byPrograms those that a program notices
 * @param kills which case or program notices which, where that is asked for
 * @param unsound the cases and programs that the right engine does not pass: they say nothing of mutants
 */
public record Score(
        NavigableSet<Integer> acting,
        NavigableSet<Integer> byCases,
        NavigableSet<Integer> byPrograms,
        NavigableMap<String, List<Integer>> kills,
        NavigableSet<String> unsound)
        implements Serializable {
    /** Of nothing. */
    public static final Score NONE =
            new Score(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>());

    /** An immutable copy. */
    public Score {
        acting = Collections.unmodifiableNavigableSet(new TreeSet<>(acting));
        byCases = Collections.unmodifiableNavigableSet(new TreeSet<>(byCases));
        byPrograms = Collections.unmodifiableNavigableSet(new TreeSet<>(byPrograms));
        kills = Collections.unmodifiableNavigableMap(new TreeMap<>(kills));
        unsound = Collections.unmodifiableNavigableSet(new TreeSet<>(unsound));
    }

    /** Both. */
    public Score plus(Score other) {
        NavigableMap<String, List<Integer>> all = new TreeMap<>(kills);
        all.putAll(other.kills);
        return new Score(
                union(acting, other.acting),
                union(byCases, other.byCases),
                union(byPrograms, other.byPrograms),
                all,
                union(unsound, other.unsound));
    }

    /** What a case or a program notices. */
    public NavigableSet<Integer> byEither() {
        return union(byCases, byPrograms);
    }

    private static <T> NavigableSet<T> union(NavigableSet<T> one, Set<T> other) {
        NavigableSet<T> union = new TreeSet<>(one);
        union.addAll(other);
        return union;
    }
}
