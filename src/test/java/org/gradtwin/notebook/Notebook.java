package org.gradtwin.notebook;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;

/** The cases that PyTorch recorded for the notebook. */
final class Notebook {
    private static final FixtureSet FIXTURES = FixtureSet.bundled();

    private Notebook() {}

    /** The one case of that full name. */
    static FixtureCase recorded(String name) {
        List<NamedCase> found = FIXTURES.select(name);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " cases are named " + name);
        }
        return found.get(0).given();
    }

    /** The target classes t of a case. */
    static int[] targets(FixtureCase given) {
        return Arrays.stream(Objects.requireNonNull(given.task().inputs().get("t"))
                        .value()
                        .toLongs())
                .mapToInt(Math::toIntExact)
                .toArray();
    }
}
