package example;

import static org.gradtwin.assertions.GradtwinAssertions.assertThatGradient;

import java.util.Arrays;
import org.gradtwin.assertions.Twin;
import org.junit.jupiter.api.Test;

/** A gradient of one's own: it needs no engine. */
class MyGradientTest {
    @Test
    void isThatOfPyTorch() {
        double[] x = {0.5, -1.0, 2.0};
        double[] mine = Arrays.stream(x).map(v -> 2 * Math.tanh(v) / Math.pow(Math.cosh(v), 2)).toArray();
        assertThatGradient(mine, "x").agreesWithPyTorch(Twin.of("y = sum(tanh(x)**2)").with("x", x));
    }

    /** PyTorch was asked once, by mvn test -Dgradtwin.record: what it answered is in src/test/resources/gradtwin. */
    @Test
    void isWhatWasRecorded() {
        double[] x = {1.0, 4.0};
        double[] mine = {0.5, 0.25};
        assertThatGradient(mine, "x").matchesRecorded("square-roots", Twin.of("y = sum(sqrt(x))").with("x", x));
    }
}
