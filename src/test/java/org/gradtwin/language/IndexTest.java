package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class IndexTest {
    @ParameterizedTest
    @CsvFileSource(resources = Subscript.TABLE, delimiter = '\t', emptyValue = "")
    void picksAsPyTorch(String line, String x, String tensors, String picked) {
        assertThat(Subscript.picked(line, x, tensors, IndexTest::pick)).isEqualTo(picked);
    }

    private static Tensor pick(Subscript subscript) {
        Index index = subscript.apply().attributes().index();
        List<Tensor> operands = subscript.operands();
        Shape shape = operands.get(0).shape();
        List<Type> types = operands.stream()
                .map(tensor -> new Type(tensor.dtype(), tensor.shape(), false))
                .toList();
        Shape result = index.shape(shape, types);
        int[] sources = index.sources(shape, operands);
        return Tensor.of(
                DType.FLOAT64, result, Arrays.stream(sources).asDoubleStream().toArray());
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
