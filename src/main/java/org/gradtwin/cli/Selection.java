package org.gradtwin.cli;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.tensor.DType;

/**
 * What a run is asked for: at least one case or training.
 *
 * @param cases in the order of the globs
 * @param trainings likewise
 */
record Selection(List<NamedCase> cases, List<NamedTraining> trainings) {
    /**
     * What matches one of the globs, all for no globs.
     *
     * @throws IllegalArgumentException if one of them matches nothing
     */
    static Selection of(FixtureSet set, List<String> globs) {
        if (globs.isEmpty()) {
            return new Selection(set.cases(), set.trainings());
        }
        List<String> all = List.copyOf(new Selection(set.cases(), set.trainings()).names());
        Set<NamedCase> cases = new LinkedHashSet<>();
        Set<NamedTraining> trainings = new LinkedHashSet<>();
        for (String glob : globs) {
            Selection matching = matching(set, glob);
            if (matching.size() == 0) {
                throw new IllegalArgumentException(
                        "no case matches '" + glob + "' among " + all.size() + NearMiss.of(glob, all));
            }
            cases.addAll(matching.cases);
            trainings.addAll(matching.trainings);
        }
        return new Selection(List.copyOf(cases), List.copyOf(trainings));
    }

    /** What matches a glob, which may be nothing. */
    static Selection matching(FixtureSet set, String glob) {
        return new Selection(set.select(glob), set.selectTrainings(glob));
    }

    /** The full names. */
    Set<String> names() {
        return Stream.concat(
                        cases.stream().map(NamedCase::name), trainings.stream().map(NamedTraining::name))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /**
     * Those that have numbers in one of these types.
     *
     * @param dtypes the types that are wanted, empty for all
     * @throws IllegalArgumentException if there are none
     */
    Selection in(List<DType> dtypes) {
        if (dtypes.isEmpty()) {
            return this;
        }
        Selection left = new Selection(
                cases.stream()
                        .filter(named -> named.given().dtypes().stream().anyMatch(dtypes::contains))
                        .toList(),
                trainings.stream()
                        .filter(named -> named.given().dtypes().stream().anyMatch(dtypes::contains))
                        .toList());
        if (left.size() == 0) {
            Stream<DType> theirs = Stream.concat(
                    cases.stream().flatMap(named -> named.given().dtypes().stream()),
                    trainings.stream().flatMap(named -> named.given().dtypes().stream()));
            throw new IllegalArgumentException("nothing to check: of " + size() + " selected, 0 are recorded in "
                    + names(dtypes.stream()) + ", all in " + names(theirs));
        }
        return left;
    }

    /** How many cases and trainings. */
    int size() {
        return cases.size() + trainings.size();
    }

    /**
     * The same, if all numbers have been made.
     *
     * @throws org.gradtwin.fixture.FixtureException naming the first case without numbers
     */
    Selection requireComplete() {
        FixtureSet.requireComplete(cases);
        FixtureSet.requireRecorded(trainings);
        return this;
    }

    private static String names(Stream<DType> dtypes) {
        return dtypes.distinct().sorted().map(DType::torchName).collect(Collectors.joining(" or "));
    }
}
