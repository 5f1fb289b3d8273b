package org.gradtwin.reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.Provenance;
import org.gradtwin.fixture.read.Authored;
import org.gradtwin.fixture.read.Cursor;
import org.gradtwin.fixture.read.Keys;
import org.gradtwin.fixture.read.TrainingReader;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingDraft;
import org.gradtwin.fixture.write.TrainingWriter;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A file of trainings. */
final class TrainingRegeneration extends Regeneration {
    private static final Quantity LOSS = Quantity.value("loss");

    private final TrainingDraft draft;
    private final List<TrainingDraft.Case> cases;

    TrainingRegeneration(Path root, Path file, String folder, String text) {
        super(file, folder, text);
        draft = TrainingReader.draft(root, file, shown(file));
        cases = new ArrayList<>(draft.cases());
    }

    @Override
    public int size() {
        return cases.size();
    }

    @Override
    String id(int number) {
        return cases.get(number).given().id();
    }

    @Override
    public Map<String, @Nullable Object> job(int number) {
        return Jobs.training(name(number), cases.get(number));
    }

    @Override
    public String plan(int number) {
        TrainingCase given = cases.get(number).given();
        String dtypes = given.dtypes().stream().map(DType::torchName).collect(Collectors.joining(", "));
        return name(number) + ": " + given.steps() + " steps of training, " + dtypes + ", "
                + (given.isComplete() ? "recorded" : "new");
    }

    /** Trajectories are sampled too seldom for that. */
    @Override
    public boolean isSampled(int number) {
        return false;
    }

    /** A change is seen by {@code --check} alone. */
    @Override
    public boolean isCurrent(int number) {
        return cases.get(number).given().isComplete() && provenance().isPresent();
    }

    @Override
    void take(int number, Keys answer) {
        TrainingDraft.Case given = cases.get(number);
        Map<DType, TrainingDraft.Numbers> numbers = new TreeMap<>();
        Map<DType, Object> tolerances = new TreeMap<>();
        Map<String, Cursor> byDtype = answer.get("dtypes").members();
        Map<String, Cursor> allowed = answer.get("tolerance").members();
        for (DType dtype : given.given().dtypes()) {
            Map<Quantity, Optional<Tensor>> recorded = new LinkedHashMap<>();
            Jobs.quantities(given, dtype).forEach((quantity, tensor) -> recorded.put(quantity, Optional.of(tensor)));
            Map<Quantity, Tensor> kept = new LinkedHashMap<>();
            quantities(Objects.requireNonNull(byDtype.get(dtype.torchName())))
                    .forEach((quantity, keys) ->
                            kept.put(quantity, Objects.requireNonNull(kept(number, dtype, quantity, keys, recorded))));
            Object tolerance = Objects.requireNonNull(Authored.tree(
                    Objects.requireNonNull(allowed.get(dtype.torchName())).node()));
            Object old = given.tolerances().get(dtype);
            if (old != null && !old.equals(tolerance)) {
                changed(number, dtype, null, "tolerances have moved");
            }
            numbers.put(dtype, numbers(given.given(), kept));
            tolerances.put(dtype, tolerance);
        }
        cases.set(number, given.with(numbers, tolerances));
    }

    private static TrainingDraft.Numbers numbers(TrainingCase given, Map<Quantity, Tensor> kept) {
        Map<Integer, Map<String, Tensor>> parameters = new LinkedHashMap<>();
        for (int step : given.marked()) {
            Map<String, Tensor> byName = new LinkedHashMap<>();
            for (String name : given.parameters().keySet()) {
                byName.put(name, Objects.requireNonNull(kept.get(Quantity.value(step + "." + name))));
            }
            parameters.put(step, byName);
        }
        return new TrainingDraft.Numbers(Objects.requireNonNull(kept.get(LOSS)), parameters);
    }

    @Override
    String text(Optional<Provenance> maker) {
        return TrainingWriter.text(new TrainingDraft(draft.title(), draft.source(), cases, maker));
    }

    @Override
    Optional<Provenance> provenance() {
        return draft.provenance();
    }
}
