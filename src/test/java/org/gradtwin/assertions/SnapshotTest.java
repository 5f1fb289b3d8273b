package org.gradtwin.assertions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatGradient;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatGradients;
import static org.gradtwin.assertions.GradtwinAssertions.assertThatValue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotTest {
    private static final double[] X = {0.5, -1.0, 2.0};
    private static final double[] DX = {2, 0, 8};

    /** A mask, indices, a value that is a mask, one that nothing depends on, and a cotangent. */
    private static final Twin TWIN = Twin.of("m = x > 0", "a = where(k, x, x * 3)", "y = where(m, x * x, a[i] - a[i])")
            .with("x", X)
            .with("k", new boolean[] {true, false, true})
            .with("i", new int[] {0, 1, 2})
            .withCotangent(new float[] {2, 1, 2});

    @TempDir
    private Path folder;

    private Twin recorded(Twin twin, boolean recording) {
        return new Snapshot("sum-of-squares", folder, recording).twin(Optional.of(twin));
    }

    @Test
    void aRecordHoldsWhatPyTorchAnsweredInBothTypesAndIsAFixture() throws Exception {
        recorded(TWIN, true);
        Path file = folder.resolve("gradtwin/sum-of-squares.json");
        String first = Files.readString(file);
        recorded(TWIN, true);
        assertThat(file).hasContent(first);
        assertThat(FixtureSet.in(folder).cases()).singleElement().satisfies(named -> {
            assertThat(named.given().isComplete()).isTrue();
            assertThat(Evaluator.evaluate(new MatrixEngine(), named.given().task(), DType.FLOAT64)
                            .quantities())
                    .containsAllEntriesOf(named.given().expected(DType.FLOAT64));
        });
        for (Twin twin :
                new Twin[] {recorded(TWIN, false), new Snapshot("sum-of-squares", folder, false).twin(Optional.empty())
                }) {
            assertThatGradient(DX, "x").agreesWithPyTorch(twin);
            assertThatGradients(Map.of("x", new float[] {2, 0, 8}, "y", new float[] {2, 1, 2}))
                    .agreesWithPyTorch(twin);
            assertThatValue(new double[] {0.25, 0, 4}, "y").agreesWithPyTorch(twin);
            assertThatThrownBy(() -> assertThatGradient(X, "x").agreesWithPyTorch(twin))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(
                            "mine disagrees with PyTorch in the gradient of x (float64), 3 of 3 elements");
        }
    }

    @Test
    void whatIsNotRecordedIsToldInALine() {
        String file = folder.resolve("gradtwin/sum-of-squares.json").toString();
        assertThatThrownBy(() -> recorded(TWIN, false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no record " + file + ": run once with -Dgradtwin.record to write it");
        for (boolean recording : new boolean[] {false, true}) {
            assertThatThrownBy(() -> new Snapshot("sum-of-squares", folder, recording).twin(Optional.empty()))
                    .hasMessage("there is no record " + file
                            + ": run once with -Dgradtwin.record to write it, and give matchesRecorded the twin too");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> assertThatGradient(DX, "x").matchesRecorded("Sum of squares"))
                .withMessage("'Sum of squares' names no record: give it lower-case letters, digits and hyphens");
    }

    @Test
    void aRecordOfSomethingElseIsRefused() {
        Twin squares = Twin.of("y = sum(x * x)").with("x", X);
        recorded(squares, true);
        assertThatGradient(new double[] {1, -2, 4}, "x").agreesWithPyTorch(recorded(squares, false));
        for (Twin other : new Twin[] {
            Twin.of("y = sum(x * x)").with("x", DX), Twin.of("y = sum(x + x)").with("x", X), squares.withCotangent(2.0)
        }) {
            assertThatThrownBy(() -> recorded(other, false))
                    .hasMessage(folder.resolve("gradtwin/sum-of-squares.json")
                            + " is of another program or of other inputs than " + other
                            + ": run once with -Dgradtwin.record to write it anew");
        }
    }
}
