package org.gradtwin.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.Fixture;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureReader;
import org.gradtwin.fixture.write.FixtureWriter;

/** Programs that are made into others: as a file, a fixture, whose numbers do not matter. */
public record Corpus(List<Task> programs) {
    /** No programs: new ones are made of nothing. */
    public static final Corpus NONE = new Corpus(List.of());

    /** An immutable copy. */
    public Corpus {
        programs = List.copyOf(programs);
    }

    /**
     * Reads the cases of a fixture that engines do not have to refuse, and that take no gradient as a statement.
     *
     * @param name how errors call it
     * @throws FixtureException if something in it is wrong, or there are none
     */
    public static Corpus of(String json, String name) {
        List<Task> programs = FixtureReader.read(json.getBytes(StandardCharsets.UTF_8), name).cases().stream()
                .filter(given -> given.refusal().isEmpty())
                .map(FixtureCase::task)
                .filter(task -> !task.program().differentiates())
                .toList();
        if (programs.isEmpty()) {
            throw new FixtureException(
                    name + ": no case whose program can be mutated: all are refusals, or take gradients");
        }
        return new Corpus(programs);
    }

    /** What the programs cover, as the sums over no program, so that others of these seeds count where they cover more. */
    public Tally covered(long seed) {
        NavigableMap<String, Long> cells = new TreeMap<>();
        programs.forEach(task -> Cell.of(task).forEach(cell -> cells.put(cell, seed - 1)));
        return Tally.covering(cells);
    }

    /** These programs, and those of a campaign that covered more. */
    public Corpus with(Campaign campaign, Tally tally, long seed) {
        List<Task> all = new ArrayList<>(programs);
        // As a file gives them back: what becomes of a program depends on the order of its inputs.
        all.addAll(
                tally.cells().values().stream()
                        .filter(each -> each >= seed)
                        .distinct()
                        .sorted()
                        .toList()
                        .parallelStream()
                        .map(each -> given(0, campaign.program(each)).task())
                        .toList());
        return new Corpus(all);
    }

    /** The fixture. */
    public String text() {
        List<FixtureCase> cases = new ArrayList<>();
        programs.forEach(program -> cases.add(given(cases.size(), program)));
        return FixtureWriter.text(
                new Fixture("Programs by coverage", "gradtwin fuzz", new TreeMap<>(), cases, Optional.empty()));
    }

    private static FixtureCase given(int number, Task program) {
        return Finding.fixtureCase(
                String.format(Locale.ROOT, "program-%06d", number),
                "Covers what the programs before it do not.",
                program);
    }
}
