package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

class TensorTextTest {
    @Test
    void bracketsShowEveryDimension() {
        assertThat(TensorText.of(Tensor.scalar(DType.FLOAT64, 2))).isEqualTo("2.0");
        assertThat(TensorText.of(Tensor.of(DType.FLOAT64, Shape.of(2), 1, 2))).isEqualTo("[1.0, 2.0]");
        assertThat(TensorText.of(Tensor.of(DType.FLOAT64, Shape.of(2, 1, 2), 1, 2, 3, 4)))
                .isEqualTo("[[[1.0, 2.0]], [[3.0, 4.0]]]");
        assertThat(TensorText.of(Tensor.of(DType.FLOAT64, Shape.of(2, 0)))).isEqualTo("[[], []]");
        assertThat(TensorText.of(Tensor.bools(Shape.of(1, 2), true, false))).isEqualTo("[[True, False]]");
    }
}
