package org.gradtwin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The engines against PyTorch's numbers: every value and gradient of small programs for every op. */
class EngineAgreementTest {
    private static final List<Engine> ENGINES = List.of(new ScalarEngine(), new MatrixEngine());

    static Stream<Arguments> cases() {
        return PyTorchPrograms.read().stream()
                .flatMap(one -> ENGINES.stream()
                        .flatMap(engine -> engine.dtypes().stream()
                                .sorted()
                                .map(dtype -> Arguments.of(engine.name(), dtype, one.id(), engine, one))));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @MethodSource("cases")
    void computesPyTorchsNumbers(String name, DType dtype, String id, Engine engine, PyTorchPrograms.Case one) {
        Evaluation evaluation = Evaluator.evaluate(engine, one.task(), dtype);
        Map<Quantity, Optional<Tensor>> expected =
                Objects.requireNonNull(one.expected().get(dtype));
        assertThat(evaluation.quantities().keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
        List<String> errors = new ArrayList<>();
        expected.forEach((quantity, tensor) -> compare(quantity, evaluation.get(quantity), tensor, errors));
        assertThat(errors).as("%s %s %s", name, dtype, id).isEmpty();
    }

    private static void compare(
            Quantity quantity, Optional<Tensor> actual, Optional<Tensor> expected, List<String> errors) {
        if (actual.isEmpty() || expected.isEmpty()) {
            if (actual.isPresent() != expected.isPresent()) {
                errors.add(quantity + ": expected " + expected + " but was " + actual);
            }
            return;
        }
        Tensor is = actual.get();
        Tensor should = expected.get();
        if (is.dtype() != should.dtype() || !is.shape().equals(should.shape())) {
            errors.add(quantity + ": expected " + should + " but was " + is);
            return;
        }
        double scale = 0;
        for (double value : should.toDoubles()) {
            scale = Double.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
        }
        Tolerance tolerance =
                new Tolerance(0, 16 * should.dtype().unitRoundoff() * scale, "8 ulp of the tensor's scale");
        for (int i = 0; i < is.size(); i++) {
            if (!tolerance.agrees(is.get(i), should.get(i))) {
                errors.add(quantity + "[" + i + "]: expected " + should.get(i) + " but was " + is.get(i));
            }
        }
    }
}
