package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The twin gives the numbers that Python's PyTorch gives, values and gradients, bit by bit. */
class TorchReferenceTest {
    /** What another vector width may change, in ulp of the largest element; see {@link TorchVersions#cpuCapability}. */
    private static final long OTHER_CAPABILITY_ULP = 16;

    private static final Reference REFERENCE = Reference.read();

    static Stream<Arguments> accepted() {
        return REFERENCE.rows().stream()
                .filter(row -> !row.refused())
                .flatMap(row -> Stream.of(DType.FLOAT64, DType.FLOAT32).map(dtype -> Arguments.of(row, dtype)));
    }

    static Stream<Reference.Row> refused() {
        return REFERENCE.rows().stream().filter(Reference.Row::refused);
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("accepted")
    void givesPythonsNumbers(Reference.Row row, DType dtype) {
        Map<Quantity, Optional<Tensor>> expected = row.expected(dtype);
        Evaluation actual = Evaluator.evaluate(new TorchEngine(), row.task(), dtype);

        assertThat(actual.quantities().keySet()).isEqualTo(expected.keySet());
        List<String> differences = new ArrayList<>();
        expected.forEach((quantity, tensor) -> {
            String difference = difference(row, quantity.kind(), tensor, actual.get(quantity));
            if (!difference.isEmpty()) {
                differences.add(quantity + ": " + difference);
            }
        });
        assertThat(differences).as(row.id()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatPythonRefuses(Reference.Row row) {
        Optional<EvaluationException> refusal = Evaluator.refusal(new TorchEngine(), row.task(), DType.FLOAT64);

        assertThat(refusal).isPresent();
        assertThat(refusal.orElseThrow())
                .cause()
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .message()
                .isNotBlank()
                .hasLineCount(1)
                .doesNotContain("Traceback");
    }

    private static String difference(
            Reference.Row row, Quantity.Kind kind, Optional<Tensor> expected, Optional<Tensor> actual) {
        if (expected.isEmpty() || actual.isEmpty()) {
            return expected.equals(actual) ? "" : "expected " + expected + " but was " + actual;
        }
        Tensor e = expected.get();
        Tensor a = actual.get();
        if (e.dtype() != a.dtype() || !e.shape().equals(a.shape())) {
            return "expected " + e + " but was " + a;
        }
        boolean sameKernels =
                REFERENCE.cpuCapability().equals(TorchEngine.versions().cpuCapability());
        long allowed = sameKernels ? row.ulp(kind) : Math.max(row.ulp(kind), OTHER_CAPABILITY_ULP);
        double scale = sameKernels ? row.scale() : Math.max(row.scale(), largest(e));
        for (int i = 0; i < e.size(); i++) {
            double gap = gap(e.dtype(), Math.max(Math.abs(e.get(i)), scale));
            double distance = Math.abs(e.get(i) - a.get(i));
            boolean same = Double.doubleToLongBits(e.get(i)) == Double.doubleToLongBits(a.get(i));
            if (!(same || (Double.isFinite(e.get(i)) && distance <= allowed * gap))) {
                return "expected " + e.get(i) + " but was " + a.get(i) + " at " + i + ", " + distance / gap + " ulp";
            }
        }
        return "";
    }

    private static double largest(Tensor tensor) {
        return DoubleStream.of(tensor.toDoubles())
                .map(Math::abs)
                .filter(Double::isFinite)
                .max()
                .orElse(0);
    }

    private static double gap(DType dtype, double value) {
        return dtype == DType.FLOAT32 ? Math.ulp((float) value) : Math.ulp(value);
    }
}
