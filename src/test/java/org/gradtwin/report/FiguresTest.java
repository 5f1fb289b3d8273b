package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void oneHotTargetsLieAlongTheClasses() {
        assertThat(Figures.oneHot(Tensor.indices(Shape.SCALAR, 1), Shape.of(3)))
                .isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(3), 0, 1, 0));
        assertThat(Figures.oneHot(Tensor.indices(Shape.of(2), 2, -100), Shape.of(2, 3)))
                .isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(2, 3), 0, 0, 1, 0, 0, 0));
        assertThat(Figures.oneHot(Tensor.indices(Shape.of(1, 2), 1, 0), Shape.of(1, 2, 2)))
                .isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(1, 2, 2), 0, 1, 1, 0));
    }
}
