package org.gradtwin.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;

/** The page of what PyTorch is off in, by the truths that the fixtures record. */
final class Truths {
    private Truths() {}

    static String text(FixtureSet set) {
        StringBuilder text = new StringBuilder("""
                # Where PyTorch is off

                The exact engine computes in 50 digits (`verify --engine exact`). Where PyTorch is farther from it than the tolerance of the case,
                the fixture records what 50 digits give as `truth`, and an engine that agrees with that passes too. The element shown is the one
                that is farthest off.

                | case | program | type | quantity | at | PyTorch | 50 digits |
                |---|---|---|---|---|---|---|
                """);
        set.cases()
                .forEach(named -> named.given()
                        .expectation()
                        .ifPresent(expectation -> expectation
                                .truth()
                                .forEach((dtype, truths) -> truths.forEach((quantity, truth) ->
                                        text.append(row(named.name(), named.given(), dtype, quantity, truth))))));
        return text.toString();
    }

    private static String row(String name, FixtureCase given, DType dtype, Quantity quantity, Tensor truth) {
        Map<Quantity, Tolerance> tolerances = given.tolerances(dtype);
        Tensor pytorch =
                Objects.requireNonNull(given.expected(dtype).get(quantity)).orElseThrow();
        Discrepancy worst =
                Objects.requireNonNull(Comparison.of(pytorch, truth, Objects.requireNonNull(tolerances.get(quantity)))
                        .worst());
        return "| %s | `%s` | %s | %s | %s | %s | %s |\n"
                .formatted(
                        name,
                        String.join("; ", given.program()),
                        dtype.torchName(),
                        quantity,
                        Arrays.toString(worst.index()),
                        Decimals.shortest(worst.actual(), dtype),
                        Decimals.shortest(worst.expected(), dtype));
    }
}
