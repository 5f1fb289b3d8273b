package org.gradtwin.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Quantity;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values in the order of evaluation come before gradients in the order of the backward pass. */
class LocalizerTest {
    private static final Program PROGRAM = Program.parse(List.of("a = x*w", "b = tanh(a)", "c = sum(b)"));

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "'', ''",
        "value b, value b",
        "value c; value b; value a, value a",
        "grad a; value c, value c",
        "grad a; grad b; grad c, grad c",
        "grad a; grad b, grad b",
        "grad x; grad a, grad a",
        "grad w; grad x, grad x",
        "grad w, grad w"
    })
    void theFirstThatIsOff(String off, String first) {
        Map<Quantity, Comparison> comparisons = new LinkedHashMap<>();
        for (String name : List.of("w", "x", "c", "a", "b")) {
            for (Quantity quantity : List.of(Quantity.grad(name), Quantity.value(name))) {
                boolean wrong = List.of(off.split("; ", -1)).contains(words(quantity));
                comparisons.put(
                        quantity,
                        Comparison.of(
                                Tensor.scalar(DType.FLOAT64, wrong ? 2 : 1),
                                Tensor.scalar(DType.FLOAT64, 1),
                                Tolerance.EXACT));
            }
        }
        Optional<Quantity> found = Localizer.firstOff(PROGRAM, new LinkedHashSet<>(List.of("x", "w")), comparisons);
        assertThat(found.map(LocalizerTest::words).orElse("")).isEqualTo(first);
    }

    private static String words(Quantity quantity) {
        return quantity.kind().key() + " " + quantity.name();
    }
}
