package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.KnownFailure;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.TrainingTrial.Deviation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an entry of known failures is about, when it is stale, and which are written of a run. */
class KnownFailureEntriesTest {
    private static final List<DType> BOTH = List.of(DType.FLOAT32, DType.FLOAT64);

    @TempDir
    private Path folder;

    private Path file(String entries) throws IOException {
        return Files.writeString(folder.resolve("known.json"), "[" + entries.replace('\'', '"') + "]");
    }

    private KnownFailures known(String entries) throws IOException {
        return KnownFailures.read(file(entries));
    }

    private static Quantity quantity(String words) {
        String[] parts = words.split(" ");
        return parts[0].equals("value") ? Quantity.value(parts[1]) : Quantity.grad(parts[1]);
    }

    /** A trial whose checks of those quantities all fail. */
    private static Trial failing(String name, String engine, DType dtype, String... quantities) {
        return giving(2, name, engine, dtype, quantities);
    }

    private static Trial passing(String name, String engine, DType dtype, String... quantities) {
        return giving(1, name, engine, dtype, quantities);
    }

    /** One whose engine gives that number, where 1 is right. */
    private static Trial giving(double actual, String name, String engine, DType dtype, String... quantities) {
        return ByHand.trial(
                ByHand.named(name, "y = tanh(x)"),
                Stream.of(quantities)
                        .map(words -> ByHand.check(name, engine, dtype, quantity(words), actual))
                        .toArray(Check[]::new));
    }

    /** Everything that can differ: two cases on two engines in two types, a value and a gradient. */
    private static List<Trial> eightTrials() {
        List<Trial> trials = new ArrayList<>();
        for (String name : List.of("op/a", "op/b")) {
            for (String engine : List.of("one", "two")) {
                for (DType dtype : BOTH) {
                    trials.add(failing(name, engine, dtype, "value y", "grad x"));
                }
            }
        }
        return trials;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'case': 'op/a'                                                   | a one 32 VALUE, a one 32 GRAD, a one 64 VALUE, a one 64 GRAD, a two 32 VALUE, a two 32 GRAD, a two 64 VALUE, a two 64 GRAD
            'case': '*', 'engine': 'two', 'quantity': 'grad *'               | a two 32 GRAD, a two 64 GRAD, b two 32 GRAD, b two 64 GRAD
            'case': 'op/b', 'dtype': 'float32', 'quantity': 'value y'        | b one 32 VALUE, b two 32 VALUE
            'case': 'op/?', 'dtype': 'float64', 'engine': 'one'              | a one 64 VALUE, a one 64 GRAD, b one 64 VALUE, b one 64 GRAD
            'case': 'op/a', 'quantity': 'grad z'                             |
            'case': 'op/c'                                                   |
            """)
    void anEntryIsAboutItsCasesEngineTypeAndQuantities(String entry, String covered) throws IOException {
        KnownFailures known = known("{" + entry + ", 'kind': 'accuracy', 'because': 'of rounding'}");
        List<String> found = new ArrayList<>();
        for (Trial trial : eightTrials()) {
            Trial marked = known.of(trial);
            for (int i = 0; i < marked.checks().size(); i++) {
                Check check = marked.checks().get(i);
                if (check.verdict() == Verdict.KNOWN) {
                    assertThat(check.reason()).isEqualTo("accuracy: of rounding");
                    assertThat(check.failsGate()).isFalse();
                    found.add(check.caseName().substring(3) + " " + check.engine() + " "
                            + (check.dtype() == DType.FLOAT32 ? 32 : 64) + " "
                            + check.quantity().kind());
                } else {
                    assertThat(check).isSameAs(trial.checks().get(i));
                }
            }
        }
        assertThat(String.join(", ", found)).isEqualTo(covered == null ? "" : covered);
    }

    @Test
    void theFirstEntryThatCoversACheckGivesItsReason() throws IOException {
        KnownFailures known = known(
                "{'case': 'op/a', 'quantity': 'grad *', 'kind': 'defect', 'because': 'first', 'link': 'https://example.org'},"
                        + "{'case': '*', 'kind': 'unsupported', 'because': 'second'}");
        assertThat(known.of(failing("op/a", "one", DType.FLOAT64, "value y", "grad x"))
                        .checks())
                .extracting(Check::reason)
                .containsExactly("unsupported: second", "defect: first (https://example.org)");
    }

    /** A check that needs no entry stays as it is, in a trial of which another fails. */
    @Test
    void whatPassesStaysAsItIs() throws IOException {
        KnownFailures known = known("{'case': '*', 'kind': 'defect', 'because': 'all'}");
        Trial passing = passing("op/a", "one", DType.FLOAT64, "value y");
        assertThat(known.of(passing)).isSameAs(passing);
        Trial failing = failing("op/a", "one", DType.FLOAT64, "value y");
        assertThat(KnownFailures.NONE.of(failing)).isSameAs(failing);

        Trial mixed = ByHand.trial(
                failing.given(),
                Optional.of(Quantity.value("y")),
                passing.checks().get(0),
                failing.checks().get(0));
        Trial marked = known.of(mixed);
        assertThat(marked.checks()).extracting(Check::verdict).containsExactly(Verdict.AGREE, Verdict.KNOWN);
        assertThat(marked)
                .extracting(Trial::given, Trial::dtype, Trial::engine, Trial::firstOff)
                .containsExactly(mixed.given(), mixed.dtype(), mixed.engine(), mixed.firstOff());
    }

    @Test
    void aTrainingIsMarkedAsATrialIs() throws IOException {
        NamedTraining adam = FixtureSet.bundled("training/adam-constant")
                .selectTrainings("training/adam-constant")
                .get(0);
        Check wrong = ByHand.check(adam.name(), "one", DType.FLOAT64, Quantity.value("loss in step 1"), 2);
        Deviation off = new Deviation(
                1,
                "loss",
                Objects.requireNonNull(
                        Objects.requireNonNull(wrong.comparison()).worst()),
                ByHand.TOLERANCE);
        TrainingTrial trial = new TrainingTrial(
                adam, DType.FLOAT64, "one", List.of(wrong), List.of(2.0), List.of(1e6), Optional.of(off));
        KnownFailures known = known("{'case': 'training/*', 'kind': 'defect', 'because': 'no bias correction'}");

        assertThat(known.of(trial))
                .isEqualTo(new TrainingTrial(
                        adam,
                        DType.FLOAT64,
                        "one",
                        List.of(wrong.with(Verdict.KNOWN, "defect: no bias correction")),
                        trial.losses(),
                        trial.drift(),
                        trial.firstOff()));
        TrainingTrial marked = known.of(trial);
        assertThat(known.of(marked)).isSameAs(marked);
    }

    @Test
    void entriesOfAFileAboutAnEngineAreThatEnginesAlone() throws IOException {
        KnownFailures one = known("{'case': 'op/a', 'kind': 'defect', 'because': 'of all'}");
        KnownFailures both = one.and(
                file("{'case': 'op/b', 'kind': 'defect', 'because': 'its own'},"
                        + "{'case': 'op/c', 'engine': 'two', 'kind': 'defect', 'because': 'of another'}"),
                "one");
        assertThat(both.entries())
                .extracting(KnownFailure::toString)
                .containsExactly("op/a", "op/b, on one", "op/c, on two");
        assertThat(one.entries()).hasSize(1);
        assertThat(KnownFailures.NONE.entries()).isEmpty();
    }

    private static Trial skipped(String name, String engine) {
        return ByHand.trial(
                ByHand.named(name, "y = tanh(x)"),
                Check.uncompared(name, engine, DType.FLOAT64, Quantity.value("y"), Verdict.SKIPPED, "it lacks tanh"));
    }

    /** An entry is judged by what was compared: it is stale if nothing of that fails. */
    @Test
    void anEntryOfWhichNothingFailsAnyMoreIsStale() throws IOException {
        KnownFailures known = known("{'case': 'op/passes', 'kind': 'defect', 'because': 'mended'},"
                + "{'case': 'op/fails', 'kind': 'defect', 'because': 'still so'},"
                + "{'case': 'op/skipped', 'kind': 'defect', 'because': 'nobody knows'},"
                + "{'case': 'op/absent', 'kind': 'defect', 'because': 'not run'},"
                + "{'case': 'op/fails', 'quantity': 'grad *', 'kind': 'defect', 'because': 'of values alone'},"
                + "{'case': 'op/*', 'kind': 'defect', 'because': 'some of it'},"
                + "{'case': 'op/passes', 'engine': 'two', 'kind': 'defect', 'because': 'on the other'}");
        List<Trial> run = Stream.of(
                        passing("op/passes", "one", DType.FLOAT64, "value y", "grad x"),
                        failing("op/fails", "one", DType.FLOAT64, "value y"),
                        passing("op/fails", "one", DType.FLOAT32, "grad x"),
                        skipped("op/skipped", "one"),
                        skipped("op/passes", "two"))
                .map(known::of)
                .toList();
        String end = ": does not fail any more: take it out";
        String path = folder.resolve("known.json").toString();

        assertThat(known.stale(run, entry -> true))
                .containsExactly(path + ": op/passes" + end, path + ": op/fails, grad *" + end);
        assertThat(known.stale(run, entry -> entry.quantity().equals("*")))
                .as("of those that ran wholly")
                .containsExactly(path + ": op/passes" + end);
        assertThat(known.updated(folder.resolve("new.json"), run, entry -> true).entries())
                .extracting(KnownFailure::because)
                .containsExactly("still so", "nobody knows", "not run", "some of it", "on the other");
    }

    private String written(Trial... run) {
        return KnownFailures.NONE.updated(folder.resolve("new.json"), List.of(run), entry -> true).entries().stream()
                .map(KnownFailure::toString)
                .reduce("", (all, next) -> all + (all.isEmpty() ? "" : "; ") + next);
    }

    private static Trial both(Trial one, Trial other) {
        return ByHand.trial(
                one.given(),
                Stream.concat(one.checks().stream(), other.checks().stream()).toArray(Check[]::new));
    }

    @Test
    void anEntryIsAboutAllThatFailsAlike() {
        assertThat(written(
                        failing("op/a", "one", DType.FLOAT32, "value y", "grad x"),
                        failing("op/a", "one", DType.FLOAT64, "value y", "grad x")))
                .as("everything")
                .isEqualTo("op/a, on one");
        assertThat(written(
                        failing("op/a", "one", DType.FLOAT32, "value y", "grad x"),
                        passing("op/a", "one", DType.FLOAT64, "value y", "grad x")))
                .as("everything in a type")
                .isEqualTo("op/a, float32, on one");
        assertThat(written(
                        failing("op/a", "one", DType.FLOAT32, "value y"),
                        passing("op/a", "one", DType.FLOAT64, "value y", "grad x")))
                .as("everything that was compared in a type")
                .isEqualTo("op/a, float32, on one");
        assertThat(written(both(
                        failing("op/a", "one", DType.FLOAT64, "grad w", "grad x"),
                        passing("op/a", "one", DType.FLOAT64, "value y"))))
                .as("all of a kind")
                .isEqualTo("op/a, grad *, float64, on one");
        assertThat(written(both(
                        failing("op/a", "one", DType.FLOAT64, "grad w", "grad x"),
                        passing("op/a", "one", DType.FLOAT64, "grad b"))))
                .as("some of a kind")
                .isEqualTo("op/a, grad w, float64, on one; op/a, grad x, float64, on one");
        assertThat(written(both(
                        failing("op/a", "one", DType.FLOAT64, "grad x"),
                        passing("op/a", "one", DType.FLOAT64, "value y"))))
                .as("the only one of a kind")
                .isEqualTo("op/a, grad x, float64, on one");
        assertThat(written(
                        both(
                                failing("op/a", "one", DType.FLOAT32, "value y"),
                                passing("op/a", "one", DType.FLOAT32, "grad x")),
                        failing("op/a", "one", DType.FLOAT64, "value y", "grad x")))
                .as("other quantities in another type")
                .isEqualTo("op/a, value y, on one; op/a, grad x, float64, on one");
        assertThat(written(
                        failing("op/a", "one", DType.FLOAT64, "value y"),
                        failing("op/b", "one", DType.FLOAT64, "value y"),
                        failing("op/a", "two", DType.FLOAT64, "value y")))
                .as("cases and engines")
                .isEqualTo("op/a, float64, on one; op/b, float64, on one; op/a, float64, on two");
        assertThat(written(passing("op/a", "one", DType.FLOAT64, "value y"), skipped("op/b", "one")))
                .as("nothing")
                .isEmpty();
    }

    @Test
    void skippedQuantitiesAreNotAmongAllThatFails() {
        Trial failing = failing("op/a", "one", DType.FLOAT64, "value y");
        Check skipped =
                Check.uncompared("op/a", "one", DType.FLOAT64, Quantity.grad("x"), Verdict.SKIPPED, "it lacks it");
        assertThat(written(ByHand.trial(failing.given(), failing.checks().get(0), skipped)))
                .isEqualTo("op/a, float64, on one");
    }

    /** The problem of the first check that an entry is about, as a defect. */
    @Test
    void whatIsWrittenSaysWhatIsOff() throws IOException {
        KnownFailures kept =
                known("{'case': 'op/z', 'kind': 'accuracy', 'because': 'kept', 'link': 'https://example.org'}");
        Trial trial = both(
                passing("op/a", "one", DType.FLOAT64, "value y"),
                failing("op/a", "one", DType.FLOAT64, "grad w", "grad x"));
        KnownFailures updated =
                kept.updated(folder.resolve("new.json"), List.of(trial, broken("op/b"), broken("op/c")), entry -> true);
        assertThat(updated.text()).isEqualTo("""
                [
                  {"case": "op/z", "kind": "accuracy", "because": "kept", "link": "https://example.org"},
                  {
                    "case": "op/a",
                    "quantity": "grad *",
                    "dtype": "float64",
                    "engine": "one",
                    "kind": "defect",
                    "because": "1 of 1 elements, worst at []: 1.0 expected, but was 2.0, 4.5e+15 ulp"
                  },
                  {
                    "case": [
                      "op/b",
                      "op/c"
                    ],
                    "dtype": "float64",
                    "engine": "one",
                    "kind": "defect",
                    "because": "line 1: it threw"
                  }
                ]
                """);
    }

    private static Trial broken(String name) {
        return ByHand.trial(
                ByHand.named(name, "y = tanh(x)"),
                Check.uncompared(
                        name, "one", DType.FLOAT64, Quantity.value("y"), Verdict.DISAGREE, "line 1: it threw"));
    }

    /** Entries one after the other that differ in the case alone. */
    @Test
    void casesThatFailAlikeAreAList() throws IOException {
        KnownFailures known = known("{'case': 'op/a', 'kind': 'accuracy', 'because': 'b'},"
                + "{'case': 'op/b', 'kind': 'accuracy', 'because': 'b'},"
                + "{'case': 'op/c', 'dtype': 'float32', 'kind': 'accuracy', 'because': 'b'}");
        assertThat(known.text()).isEqualTo("""
                [
                  {
                    "case": [
                      "op/a",
                      "op/b"
                    ],
                    "kind": "accuracy",
                    "because": "b"
                  },
                  {"case": "op/c", "dtype": "float32", "kind": "accuracy", "because": "b"}
                ]
                """);
        assertThat(KnownFailures.read(Files.writeString(folder.resolve("again.json"), known.text()))
                        .entries())
                .isEqualTo(known.entries());
        assertThat(KnownFailures.NONE.text()).isEqualTo("[]\n");
    }
}
