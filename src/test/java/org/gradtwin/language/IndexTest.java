package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IndexTest {
    /** Subscripts of arange with what PyTorch picked: as the elements are their own positions, these are the sources. */
    @ParameterizedTest
    @CsvFileSource(resources = "index.tsv", delimiter = '\t', emptyValue = "")
    void picksAsPyTorch(String line, String x, String tensors, String picked) {
        assertThat(pick(line, x, tensors == null ? "" : tensors)).isEqualTo(picked);
    }

    private static String pick(String line, String x, String given) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (String text : given.split(" ")) {
            if (!text.isEmpty()) {
                int values = text.indexOf('[');
                tensors.put(
                        text.substring(0, 1),
                        Tensor.indices(
                                shape(text.substring(1, values)),
                                numbers(text.substring(values))
                                        .mapToLong(Long::parseLong)
                                        .toArray()));
            }
        }
        try {
            Apply apply = (Apply)
                    Program.parse(List.of("y = " + line)).statements().get(0).expr();
            Index index = apply.attributes().index();
            List<Tensor> operands = new ArrayList<>();
            List<Type> types = new ArrayList<>();
            operands.add(Tensor.full(DType.FLOAT64, shape(x.substring(1)), 0));
            for (Expr operand : apply.operands().subList(1, apply.operands().size())) {
                operands.add(Objects.requireNonNull(tensors.get(String.valueOf(operand))));
            }
            operands.forEach(tensor -> types.add(new Type(tensor.dtype(), tensor.shape(), false)));
            Shape result = index.shape(operands.get(0).shape(), types);
            return result + " " + Arrays.toString(index.sources(operands.get(0).shape(), operands));
        } catch (IllegalArgumentException e) {
            return "refused";
        }
    }

    private static Shape shape(String text) {
        return Shape.of(numbers(text).mapToInt(Integer::parseInt).toArray());
    }

    private static Stream<String> numbers(String text) {
        return Stream.of(text.substring(1, text.length() - 1).split(",")).filter(n -> !n.isEmpty());
    }

    @Test
    void hugeStepsDoNotOverflow() {
        Index index = new Index(List.of(new Index.Slice(1, Integer.MAX_VALUE, Integer.MAX_VALUE)));
        Shape shape = Shape.of(5);
        Shape result = index.shape(shape, List.of(new Type(DType.FLOAT64, shape, false)));
        assertThat(result).isEqualTo(Shape.of(1));
        assertThat(index.sources(shape, List.of())).containsExactly(1);
    }

    @Test
    void refusesStepsThatAreNotPositive() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Index.Slice(null, null, 0))
                .withMessage("the step of a slice must be positive, not 0");
    }
}
