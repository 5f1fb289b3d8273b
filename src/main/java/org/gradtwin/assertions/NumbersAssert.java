package org.gradtwin.assertions;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fuzz.Rounding;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/** Numbers that are to be what PyTorch computes. */
public final class NumbersAssert {
    private final Map<Quantity, GivenNumbers> mine;
    private final @Nullable String accepted;

    NumbersAssert(Map<Quantity, GivenNumbers> mine) {
        this(mine, null);
    }

    private NumbersAssert(Map<Quantity, GivenNumbers> mine, @Nullable String accepted) {
        this.mine = new LinkedHashMap<>(mine);
        this.accepted = accepted;
    }

    /**
     * The same, but numbers at which the check is worth little pass too: where rounding may be off by so much that an all-zero answer would
     * pass, or an error of one percent.
     *
     * @param because why that has to be so
     */
    public NumbersAssert acceptingDull(String because) {
        return new NumbersAssert(mine, because);
    }

    /**
     * Passes if all numbers are PyTorch's, but for rounding. What rounding may do is measured on the program: it is run several times with
     * each operation's operands moved by a few ulp, and the farthest that a result moves sets the tolerance.
     *
     * @throws AssertionError if numbers are off, or if it would not be seen if they were; the message says which, by how much, and what is
     *     allowed
     * @throws IllegalArgumentException if the program and what is asked do not fit together
     */
    public NumbersAssert agreesWithPyTorch(Twin twin) {
        List<String> messages = new ArrayList<>();
        mine.forEach((quantity, given) -> {
            Check check = check(twin, quantity, given);
            if (check.failsGate()) {
                messages.add(FailureMessage.of(check) + exactly(twin, check));
            }
        });
        if (!messages.isEmpty()) {
            throw new AssertionError(String.join("\n\n", messages));
        }
        return this;
    }

    /**
     * Passes if all numbers are those that PyTorch gave for this program and these inputs when they were recorded: PyTorch is not started. A run
     * with {@code -Dgradtwin.record} asks it, and writes {@code src/test/resources/gradtwin/NAME.json}, a fixture as all others.
     *
     * @param name of the record: lower-case letters, digits and hyphens
     * @throws AssertionError as {@link #agreesWithPyTorch} does
     * @throws IllegalStateException if there is no record, or it is of another program or of other inputs
     */
    public NumbersAssert matchesRecorded(String name, Twin twin) {
        return agreesWithPyTorch(new Snapshot(name).twin(Optional.of(twin)));
    }

    /** The same of a record that is there: what it is of stands in it. */
    public NumbersAssert matchesRecorded(String name) {
        return agreesWithPyTorch(new Snapshot(name).twin(Optional.empty()));
    }

    private Check check(Twin twin, Quantity quantity, GivenNumbers given) {
        DType dtype = given.tensor().dtype().isFloating() ? given.tensor().dtype() : DType.FLOAT64;
        Optional<Tensor> expected = twin.expected(quantity, dtype);
        Tensor actual = expected.map(reference -> given.in(reference.shape())).orElse(given.tensor());
        Tolerance tolerance = expected.filter(reference -> reference.dtype().isFloating())
                .flatMap(reference -> twin.tolerance(quantity, dtype))
                .orElse(null);
        Comparison comparison =
                Comparison.of(Optional.of(actual), expected, tolerance == null ? Tolerance.EXACT : tolerance);
        Optional<Sharpness> sharpness =
                tolerance == null ? Optional.empty() : expected.map(reference -> Sharpness.of(reference, tolerance));
        if (tolerance != null && Rounding.isSharp(expected, tolerance, dtype)) {
            // Zeros that cancel have no sharpness, but what is allowed beside them may be little.
            sharpness = sharpness.filter(worth -> !worth.zero());
        }
        Verdict verdict = Verdict.of(comparison, sharpness);
        return new Check(
                twin.toString(),
                "mine",
                Check.Against.PYTORCH,
                dtype,
                quantity,
                expected,
                Optional.of(actual),
                comparison,
                tolerance,
                verdict,
                verdict.blunt() ? accepted : comparison.problem());
    }

    /** Who is off: the worst element in 50 digits. */
    private static String exactly(Twin twin, Check check) {
        Discrepancy worst =
                check.comparison() == null ? null : check.comparison().worst();
        if (check.verdict().blunt() || worst == null) {
            return "";
        }
        return twin.exactly(check.quantity(), check.dtype())
                .map(exact -> "\n  exact      "
                        + Decimals.shortest(exact.get(exact.shape().position(worst.index())), check.dtype())
                        + "   (50 digits, rounded)")
                .orElse("");
    }
}
