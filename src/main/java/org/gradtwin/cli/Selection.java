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
        Set<NamedCase> cases = new LinkedHashSet<>();
        Set<NamedTraining> trainings = new LinkedHashSet<>();
        for (String glob : globs) {
            List<NamedCase> matching = set.select(glob);
            List<NamedTraining> training = set.selectTrainings(glob);
            if (matching.isEmpty() && training.isEmpty()) {
                throw new IllegalArgumentException(
                        "no case matches '" + glob + "' among " + names(set).size() + NearMiss.of(glob, names(set)));
            }
            cases.addAll(matching);
            trainings.addAll(training);
        }
        return new Selection(List.copyOf(cases), List.copyOf(trainings));
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

    private static List<String> names(FixtureSet set) {
        return Stream.concat(
                        set.cases().stream().map(NamedCase::name),
                        set.trainings().stream().map(NamedTraining::name))
                .toList();
    }

    private static String names(Stream<DType> dtypes) {
        return dtypes.distinct().sorted().map(DType::torchName).collect(Collectors.joining(" or "));
    }
}
