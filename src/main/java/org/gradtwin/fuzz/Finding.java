package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.Backward;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.fixture.TensorSource;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/**
 * A program in which an engine disagrees with the twin.
 *
 * @param seed that the program was made from
 * @param engine the engine's name
 * @param together the names of all engines that the program was made for: it depends on them
 * @param dtype the type computed in
 * @param task the program with its inputs
 * @param quantity where the engine first went wrong, null if it failed altogether
 * @param comparison how far off it is there, null likewise
 * @param tolerance how far it may be off there, null where there is no number to compare
 * @param problem why there was nothing to compare, null if there was
 * @param before the program that was made, where only it may show the fault again; null otherwise
 */
public record Finding(
        long seed,
        String engine,
        List<String> together,
        DType dtype,
        Task task,
        @Nullable Quantity quantity,
        @Nullable Comparison comparison,
        @Nullable Tolerance tolerance,
        @Nullable String problem,
        @Nullable Task before) {

    /** The way in which an engine is off. */
    enum Kind {
        /** It does not run the program. */
        FAILED,
        /** There is no gradient or one too many, or it has another type or shape. */
        NOTHING_TO_COMPARE,
        /** An element is no finite number. */
        NOT_FINITE,
        /** An element is another number. */
        OFF
    }

    /** The way in which the engine is off. */
    Kind kind() {
        Discrepancy worst = comparison == null ? null : comparison.worst();
        if (quantity == null) {
            return Kind.FAILED;
        }
        if (worst == null) {
            return Kind.NOTHING_TO_COMPARE;
        }
        return Double.isFinite(worst.actual()) ? Kind.OFF : Kind.NOT_FINITE;
    }

    /** A name for files and cases, of what both may be made of: lower-case letters, digits and hyphens. */
    public String id() {
        return "fuzz-" + seed + "-" + engine.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-") + "-"
                + dtype.torchName();
    }

    /** The same, where the engine agreed when it was asked a second time. */
    Finding unrepeatable() {
        return with(
                "run again, the same program agrees: the engine is not deterministic, or its graphs share state",
                before);
    }

    /** The same, where a new engine agrees; {@code made} is the program before it was made small. */
    Finding ofState(Task made) {
        return with(
                "a fault of state: in a new engine this program agrees, so it needs what the engine ran before", made);
    }

    private Finding with(String remark, @Nullable Task made) {
        String whole = problem == null ? remark : problem + "; " + remark;
        return new Finding(seed, engine, together, dtype, task, quantity, comparison, tolerance, whole, made);
    }

    /** The engine, in what way it is off, and the ops of which one is at fault. */
    public Suspect suspect() {
        if (quantity == null) {
            String place = Objects.requireNonNull(problem).split(":", 2)[0];
            // Backward goes through all of the program: what is left of it when it is small tells the op.
            return place.equals("backward")
                    ? suspect("fails in backward", one -> true, place)
                    : suspect("fails", one -> place.equals("line " + one.line()), place);
        }
        String name = quantity.name();
        boolean value = quantity.kind() == Quantity.Kind.VALUE;
        String what = "the " + (value ? "value" : "gradient")
                + switch (kind()) {
                    case NOTHING_TO_COMPARE -> " is none to compare";
                    case NOT_FINITE -> " is not finite";
                    default -> " is off";
                };
        return suspect(
                what, one -> value ? one.name().equals(name) : one.names().contains(name), "the root");
    }

    /** With the ops of the statements that are meant, or another place if there are none. */
    private Suspect suspect(String what, Predicate<Statement> meant, String otherwise) {
        List<Statement> at = task.program().statements().stream().filter(meant).toList();
        List<String> ops = at.isEmpty()
                ? List.of()
                : Program.of(at).ops().stream().map(Op::id).sorted().toList();
        return new Suspect(engine, what, ops.isEmpty() ? List.of(otherwise) : ops, seed, dtype, 1);
    }

    /** The program, its inputs, what is off, and the command to run it again. */
    public String message() {
        return Shown.of(this).message("");
    }

    /** The program, its inputs and what is off. */
    String text() {
        List<String> lines = new ArrayList<>();
        lines.add("seed " + seed + ": " + engine + " disagrees with the twin in "
                + (quantity == null ? "running at all" : "the " + quantity) + " (" + dtype.torchName() + ")");
        lines.add("");
        lines.addAll(inWords(task));
        lines.add("");
        if (problem != null) {
            lines.add("  problem    " + problem);
        }
        Discrepancy worst = comparison == null ? null : comparison.worst();
        if (worst != null) {
            lines.add("  worst at   " + Arrays.toString(worst.index()));
            lines.add("  expected   " + Decimals.shortest(worst.expected(), dtype));
            lines.add("  but was    " + Decimals.shortest(worst.actual(), dtype));
            lines.add("  error      " + FailureMessage.number(worst.abs()) + " abs   "
                    + FailureMessage.number(worst.rel()) + " rel");
        }
        if (tolerance != null) {
            lines.add("  allowed    rtol " + FailureMessage.number(tolerance.rtol()) + ", atol "
                    + FailureMessage.number(tolerance.atol()) + "   (" + tolerance.because() + ")");
        }
        if (before != null) {
            lines.add("  made small from");
            lines.add("");
            lines.addAll(inWords(before));
            lines.add("");
        }
        return String.join("\n", lines);
    }

    private static List<String> inWords(Task task) {
        List<String> lines = new ArrayList<>();
        task.program().lines().forEach(line -> lines.add("    " + line));
        task.inputs()
                .forEach((name, input) -> lines.add("    # " + name + " = " + input.value()
                        + (input.requiresGrad() ? "" : ", requires no gradient")));
        lines.add("    # backward of " + task.root() + " with " + task.cotangent());
        return lines;
    }

    /** The program as a fixture of one case without numbers, which the reference script fills. */
    public Fixture fixture() {
        FixtureCase found = fixtureCase(
                id(),
                "Found by fuzzing and made small: " + engine + " disagreed with PyTorch in "
                        + (quantity == null ? "running at all." : "the " + quantity + "."),
                task);
        return new Fixture(
                "Found by fuzzing, seed " + seed,
                "fuzz --seed " + seed + " --count 1 --engine " + engine + " --dtype " + dtype.torchName(),
                new TreeMap<>(),
                List.of(found),
                Optional.empty());
    }

    /** A case without numbers. */
    static FixtureCase fixtureCase(String id, String comment, Task task) {
        NavigableMap<String, FixtureInput> inputs = new TreeMap<>();
        task.inputs()
                .forEach((name, input) ->
                        inputs.put(name, new FixtureInput(source(input.value()), input.requiresGrad())));
        Optional<TensorSource> cotangent =
                task.cotangent().shape().rank() == 0 && task.cotangent().get(0) == 1
                        ? Optional.empty()
                        : Optional.of(source(task.cotangent()));
        return new FixtureCase(
                id,
                comment,
                List.of(),
                inputs,
                task.program().lines(),
                new Backward(task.root(), cotangent),
                new TreeSet<>(Set.of(DType.FLOAT32, DType.FLOAT64)),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static TensorSource source(Tensor value) {
        return value.dtype() == DType.INT64 ? new TensorSource.Indices(value) : new TensorSource.Values(value);
    }

    @Override
    public String toString() {
        return "seed " + seed + " on " + engine + " in " + dtype.torchName() + ": "
                + (quantity == null ? problem : quantity + ", " + comparison);
    }
}
