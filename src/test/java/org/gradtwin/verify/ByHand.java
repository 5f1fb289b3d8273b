package org.gradtwin.verify;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Backward;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.fixture.Flag;
import org.gradtwin.fixture.Outcome;
import org.gradtwin.fixture.TensorSource;
import org.gradtwin.fixture.read.FixtureSet.FixtureFile;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check.Against;

/** Cases, checks and trials made by hand: nothing is evaluated. */
final class ByHand {
    static final Tolerance TOLERANCE = new Tolerance(1e-6, 0, "by hand");

    static final SortedSet<DType> BOTH = new TreeSet<>(List.of(DType.FLOAT32, DType.FLOAT64));

    private ByHand() {}

    /** A case of that program, in a file of its folder; x is 0.5. */
    static NamedCase named(String name, String... program) {
        return named(name, List.of(program), Optional.empty());
    }

    static NamedCase named(String name, List<String> program, Optional<Outcome> outcome) {
        int slash = name.lastIndexOf('/') + 1;
        FixtureInput x = new FixtureInput(new TensorSource.Values(Tensor.scalar(DType.FLOAT64, 0.5)), true);
        FixtureCase given = new FixtureCase(
                name.substring(slash),
                "",
                List.of("Kink"),
                new TreeMap<>(Map.of("x", x)),
                program,
                new Backward("y", Optional.empty()),
                BOTH,
                List.of(),
                List.of(),
                List.of(),
                outcome);
        Map<String, Flag> flags =
                Map.of("Kink", new Flag("an edge", "its slope"), "Large", new Flag("many elements", "the last ones"));
        Fixture fixture = new Fixture("", "", new TreeMap<>(flags), List.of(given), Optional.empty());
        String path = name.substring(0, slash) + "hand.json";
        return new NamedCase(name, new FixtureFile(path, "fixtures/" + path, fixture), given);
    }

    /** A check of two numbers, with the verdict that they deserve. */
    static Check check(
            String name,
            String engine,
            Against against,
            DType dtype,
            Quantity quantity,
            double expected,
            double actual) {
        Optional<Tensor> right = Optional.of(Tensor.scalar(dtype, expected));
        Optional<Tensor> given = Optional.of(Tensor.scalar(dtype, actual));
        Comparison comparison = Comparison.of(given, right, TOLERANCE);
        return new Check(
                name,
                engine,
                against,
                dtype,
                quantity,
                right,
                given,
                comparison,
                TOLERANCE,
                comparison.agrees() ? Verdict.AGREE : Verdict.DISAGREE,
                null);
    }

    /** A check of recorded numbers: 1 was expected. */
    static Check check(String name, String engine, DType dtype, Quantity quantity, double actual) {
        return check(name, engine, Against.EXPECT, dtype, quantity, 1, actual);
    }

    static Trial trial(NamedCase named, Check... checks) {
        return trial(named, Optional.empty(), checks);
    }

    static Trial trial(NamedCase named, Optional<Quantity> firstOff, Check... checks) {
        return new Trial(named, checks[0].dtype(), checks[0].engine(), List.of(checks), firstOff);
    }
}
