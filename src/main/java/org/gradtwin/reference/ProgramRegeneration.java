package org.gradtwin.reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.Expectation;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.Provenance;
import org.gradtwin.fixture.read.CaseReader;
import org.gradtwin.fixture.read.Cursor;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.read.Keys;
import org.gradtwin.fixture.write.FixtureWriter;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A file of programs. */
final class ProgramRegeneration extends Regeneration {
    private final Fixture fixture;
    private final List<FixtureCase> cases;

    ProgramRegeneration(Path file, String folder, String text) {
        super(file, folder, text);
        fixture = FixtureReader.draft(file, shown(file));
        cases = new ArrayList<>(fixture.cases());
    }

    @Override
    public int size() {
        return cases.size();
    }

    @Override
    String id(int number) {
        return cases.get(number).id();
    }

    @Override
    public Map<String, @Nullable Object> job(int number) {
        return Jobs.program(name(number), cases.get(number));
    }

    @Override
    public String plan(int number) {
        FixtureCase given = cases.get(number);
        int lines = given.program().size();
        String dtypes = given.dtypes().stream().map(DType::torchName).collect(Collectors.joining(", "));
        String what = given.refusal()
                .map(refusal -> "must be refused in line " + refusal.line())
                .orElse(given.isComplete() ? "recorded" : "new");
        return name(number) + ": " + lines + (lines == 1 ? " line, " : " lines, ") + dtypes + ", " + what;
    }

    @Override
    public boolean isSampled(int number) {
        FixtureCase given = cases.get(number);
        if (given.refusal().isPresent()) {
            return false;
        }
        for (DType dtype : given.dtypes()) {
            if (given.expected(dtype).isEmpty()) {
                problem(number, "expect: there are no numbers of " + dtype.torchName() + " yet, run regenerate");
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isCurrent(int number) {
        FixtureCase given = cases.get(number);
        return provenance().isPresent()
                && (given.refusal().isPresent()
                        || (given.isComplete() && given.dtypes().stream().allMatch(dtype -> isRecorded(given, dtype))));
    }

    private static boolean isRecorded(FixtureCase given, DType dtype) {
        Map<Quantity, Optional<Tensor>> recorded = given.expected(dtype);
        try {
            Task task = given.task();
            Set<String> undetermined = task.program().undetermined();
            Map<Quantity, Optional<Tensor>> live =
                    new LinkedHashMap<>(Evaluator.evaluate(new TorchEngine(), task.rounded(dtype), dtype)
                            .quantities());
            live.entrySet()
                    .removeIf(entry -> entry.getValue()
                                    .filter(tensor -> !tensor.dtype().isFloating())
                                    .isPresent()
                            || (entry.getKey().kind() == Quantity.Kind.GRAD
                                    && undetermined.contains(entry.getKey().name())));
            return live.keySet().equals(recorded.keySet())
                    && live.entrySet().stream()
                            .allMatch(entry ->
                                    given.drift(dtype, entry.getKey()).isPresent()
                                            || Comparison.of(
                                                            entry.getValue(),
                                                            recorded.getOrDefault(entry.getKey(), Optional.empty()),
                                                            given.tolerances(dtype)
                                                                    .getOrDefault(entry.getKey(), Tolerance.EXACT))
                                                    .agrees());
        } catch (RuntimeException e) {
            // What goes wrong is told when Python is asked.
            return false;
        }
    }

    @Override
    void take(int number, Keys answer) {
        FixtureCase given = cases.get(number);
        if (given.refusal().isPresent()) {
            asRecorded(number);
            return;
        }
        Map<DType, Map<Quantity, Optional<Tensor>>> tensors = new TreeMap<>();
        Map<DType, Map<Quantity, Tolerance>> tolerances = new TreeMap<>();
        Map<String, Cursor> byDtype = answer.get("dtypes").members();
        for (DType dtype : given.dtypes()) {
            Map<Quantity, Optional<Tensor>> kept = new LinkedHashMap<>();
            Map<Quantity, Tolerance> allowed = new LinkedHashMap<>();
            quantities(Objects.requireNonNull(byDtype.get(dtype.torchName()))).forEach((quantity, keys) -> {
                kept.put(quantity, Optional.ofNullable(kept(number, dtype, quantity, keys, given.expected(dtype))));
                keys.find("tolerance").map(CaseReader::tolerance).ifPresent(t -> allowed.put(quantity, t));
            });
            given.expected(dtype).keySet().stream()
                    .filter(quantity -> !kept.containsKey(quantity))
                    .forEach(quantity -> changed(number, dtype, quantity, "recorded, but there is no such quantity"));
            compare(number, dtype, given, allowed);
            tensors.put(dtype, kept);
            tolerances.put(dtype, allowed);
        }
        given.expectation().ifPresent(recorded -> {
            recorded.tensors().keySet().stream()
                    .filter(dtype -> !given.dtypes().contains(dtype))
                    .forEach(dtype -> changed(number, dtype, null, "expect of a dtype that is not asked for"));
        });
        Map<DType, Map<Quantity, Tensor>> truth =
                given.expectation().map(Expectation::truth).orElse(Map.of());
        cases.set(number, given.with(new Expectation(tensors, tolerances, truth)));
    }

    private void compare(int number, DType dtype, FixtureCase given, Map<Quantity, Tolerance> allowed) {
        Map<Quantity, Tolerance> before = given.tolerances(dtype);
        allowed.forEach((quantity, tolerance) -> {
            Tolerance old = before.get(quantity);
            if (old == null && given.expected(dtype).containsKey(quantity)) {
                changed(number, dtype, quantity, "no tolerance was recorded");
            } else if (old != null && !old.equals(tolerance)) {
                changed(number, dtype, quantity, "tolerance " + words(old) + " is now " + words(tolerance));
            }
        });
    }

    private static String words(Tolerance tolerance) {
        return "rtol " + Decimals.shortest(tolerance.rtol(), DType.FLOAT64) + ", atol "
                + Decimals.shortest(tolerance.atol(), DType.FLOAT64);
    }

    @Override
    String text(Optional<Provenance> maker) {
        return FixtureWriter.text(new Fixture(fixture.title(), fixture.source(), fixture.flags(), cases, maker));
    }

    @Override
    Optional<Provenance> provenance() {
        return fixture.provenance();
    }
}
