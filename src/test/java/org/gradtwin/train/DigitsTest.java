package org.gradtwin.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.training.DigitsFile;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recorded classifier, trained again, reads digits that it has not seen. */
class DigitsTest {
    private static final Path FIXTURES = Path.of("fixtures");

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void heldOutDigitsAreRead(DType dtype) {
        TrainingCase given = FixtureSet.bundled()
                .selectTrainings("training/digits-classifier")
                .get(0)
                .given();
        DigitsFile digits = DigitsFile.read(FIXTURES.resolve("data/digits.txt"));
        assertThat(digits.size()).isEqualTo(1797);
        Dataset heldOut = digits.heldOut(5);
        assertThat(given.data().size() + heldOut.size()).isEqualTo(digits.size());
        Network network = new MatrixNetwork(given.architecture(), dtype);
        Map<String, double[]> initial = new LinkedHashMap<>();
        given.parameters().forEach((name, tensor) -> initial.put(name, tensor.toDoubles()));
        network.load(initial);
        assertThat(Metrics.accuracy(network, heldOut)).isLessThan(0.3);
        Optimizer<?> optimizer = given.optimizer().of(network);
        Trainer trainer = new Trainer(
                network, given.data(), given.loss(), optimizer, given.schedule().map(make -> make.apply(optimizer)));
        given.batches().steps(given.data().size(), given.steps()).forEach(trainer::step);
        assertThat(Metrics.accuracy(network, given.data())).isGreaterThan(0.99);
        assertThat(Metrics.accuracy(network, heldOut)).isGreaterThanOrEqualTo(0.95);
    }
}
