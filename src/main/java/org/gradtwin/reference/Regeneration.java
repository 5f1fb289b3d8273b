package org.gradtwin.reference;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.Provenance;
import org.gradtwin.fixture.TensorBytes;
import org.gradtwin.fixture.read.Cursor;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.Keys;
import org.gradtwin.reference.Recomputed.State;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One file on its way: read, sent out case by case, filled with the answers, and the text that it ought to have. */
public abstract sealed class Regeneration permits ProgramRegeneration, TrainingRegeneration {
    private static final String SCRIPT = "reference-scripts/regenerate.py";

    private final Path path;
    private final String shown;
    private final String folder;
    private final String stands;
    private final List<Recomputed> recomputed = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    Regeneration(Path path, String folder, String stands) {
        this.path = path;
        this.shown = shown(path);
        this.folder = folder;
        this.stands = stands;
    }

    /**
     * Reads a file of programs or of trainings.
     *
     * @param root the folder of fixtures; a file elsewhere has no folder in the names of its cases
     * @throws FixtureException if something in it is wrong
     */
    public static Regeneration of(Path root, Path file) {
        String shown = shown(file);
        String text = FixtureReader.text(file, shown);
        Path real = file.toAbsolutePath().normalize();
        Path base = root.toAbsolutePath().normalize();
        Path inside = real.startsWith(base) ? base.relativize(real) : real.getFileName();
        String path = inside.toString().replace('\\', '/');
        String folder = path.substring(0, path.lastIndexOf('/') + 1);
        return FixtureSet.isTraining(text)
                ? new TrainingRegeneration(root, file, folder, text)
                : new ProgramRegeneration(file, folder, text);
    }

    static String shown(Path path) {
        return path.toString().replace('\\', '/');
    }

    /** The file. */
    public Path path() {
        return path;
    }

    /** Whether its cases are trainings. */
    public final boolean isTraining() {
        return this instanceof TrainingRegeneration;
    }

    /** The number of cases. */
    public abstract int size();

    /** The job of a case. */
    public abstract Map<String, @Nullable Object> job(int number);

    /** What would be computed of a case, in words. */
    public abstract String plan(int number);

    abstract String id(int number);

    /** Fills in one answer. */
    abstract void take(int number, Keys answer);

    /** The file's text, its numbers made by that PyTorch if there is one. */
    abstract String text(Optional<Provenance> maker);

    abstract Optional<Provenance> provenance();

    /** A case's full name. */
    String name(int number) {
        return folder + id(number);
    }

    /** Whether fresh samples of a case can be held against what is recorded; that nothing is recorded is a problem. */
    public abstract boolean isSampled(int number);

    /** Whether a case is recorded, and not of another program or other inputs, as far as the live PyTorch can tell. */
    public abstract boolean isCurrent(int number);

    /**
     * Takes the answer to a case's job.
     *
     * @param alarms who counts the samples, if they were asked for
     */
    public final void answer(int number, Cursor answer, Optional<Alarms> alarms) {
        Map<String, Cursor> members = answer.members();
        Cursor problem = members.get("problem");
        if (problem != null) {
            problem(number, problem.text());
        } else if (alarms.isPresent()) {
            alarms.get().take(name(number), answer);
        } else {
            Keys keys = new Keys(answer, members);
            keys.list("notes").forEach(note -> notes.add(shown + ": case " + id(number) + ": " + note.text()));
            take(number, keys);
        }
    }

    /** The text that the file ought to have, empty if it has it; none is changed that has a problem. */
    public final Optional<String> finish(String torch) {
        if (!problems.isEmpty()) {
            return Optional.empty();
        }
        boolean changed = isChanged();
        Optional<Provenance> maker =
                changed || provenance().isEmpty() ? Optional.of(new Provenance(torch, SCRIPT)) : provenance();
        String text = text(maker);
        if (text.equals(stands)) {
            return Optional.empty();
        }
        if (!changed) {
            recomputed.add(new Recomputed(
                    shown,
                    Optional.empty(),
                    Optional.empty(),
                    State.CHANGED,
                    "the layout is not canonical, or provenance is missing"));
        }
        return Optional.of(text);
    }

    private boolean isChanged() {
        return recomputed.stream().anyMatch(r -> r.state() == State.CHANGED);
    }

    /** How all quantities stand. */
    public List<Recomputed> recomputed() {
        return List.copyOf(recomputed);
    }

    /** What an author should know. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** What was refused, a line each. */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /** Adds something that is wrong with the file. */
    public void problem(String problem) {
        problems.add(problem);
    }

    final void problem(int number, String problem) {
        problems.add(shown + ": case " + id(number) + ": " + problem);
    }

    final void changed(int number, DType dtype, @Nullable Quantity quantity, String why) {
        recomputed.add(
                new Recomputed(name(number), Optional.of(dtype), Optional.ofNullable(quantity), State.CHANGED, why));
    }

    /** Notes that a case is as it is recorded: PyTorch refuses it. */
    final void asRecorded(int number) {
        recomputed.add(new Recomputed(name(number), Optional.empty(), Optional.empty(), State.IDENTICAL, ""));
    }

    /** What is answered of each quantity. */
    static Map<Quantity, Keys> quantities(Cursor answer) {
        Map<Quantity, Keys> quantities = new LinkedHashMap<>();
        for (Quantity.Kind kind : Quantity.Kind.values()) {
            Optional.ofNullable(answer.members().get(kind.key()))
                    .ifPresent(byName -> byName.members()
                            .forEach((name, one) -> quantities.put(
                                    new Quantity(kind, name),
                                    one.record(List.of("state", "why"), List.of("number", "tolerance")))));
        }
        return quantities;
    }

    /**
     * Notes how a quantity stands, and gives the number that is kept: the recorded one unless it has changed, null for no
     * dependence.
     */
    final @Nullable Tensor kept(
            int number, DType dtype, Quantity quantity, Keys answer, Map<Quantity, Optional<Tensor>> recorded) {
        State state = State.of(answer.get("state").text());
        String why = answer.get("why").node().stringValue();
        recomputed.add(new Recomputed(name(number), Optional.of(dtype), Optional.of(quantity), state, why));
        return state == State.CHANGED
                ? tensor(answer.get("number"))
                : recorded.getOrDefault(quantity, Optional.empty()).orElse(null);
    }

    private static @Nullable Tensor tensor(Cursor cursor) {
        if (cursor.node().isNull()) {
            return null;
        }
        Keys keys = cursor.record(List.of("dtype", "shape", "base64"), List.of());
        int[] dims = keys.list("shape").stream()
                .mapToInt(dim -> (int) dim.integer(0, Integer.MAX_VALUE))
                .toArray();
        // An empty tensor has no bytes.
        return TensorBytes.read(
                DType.of(keys.get("dtype").text()),
                Shape.of(dims),
                keys.get("base64").node().stringValue());
    }

    @Override
    public String toString() {
        return shown;
    }
}
