package org.gradtwin.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void elementsAreWrittenAsPythonWritesThem() {
        assertThat(Tensor.of(DType.FLOAT64, Shape.of(2), 0.1, -0.0).text(1)).isEqualTo("-0.0");
        assertThat(Tensor.indices(Shape.of(2), 3, -4).text(1)).isEqualTo("-4");
        assertThat(Tensor.bools(Shape.of(2), true, false).text(0)).isEqualTo("True");
        assertThat(Tensor.bools(Shape.of(2), true, false).text(1)).isEqualTo("False");
    }

    @Test
    void copiesOnTheWayInAndOut() {
        double[] values = {1, 2};
        long[] positions = {3, 4};
        Tensor tensor = Tensor.of(DType.FLOAT64, Shape.of(2), values);
        Tensor indices = Tensor.indices(Shape.of(2), positions);
        values[0] = 9;
        positions[0] = 9;
        tensor.toDoubles()[1] = 9;
        indices.toLongs()[1] = 9;
        indices.toDoubles()[1] = 9;
        assertThat(tensor.toDoubles()).containsExactly(1, 2);
        assertThat(indices.toLongs()).containsExactly(3, 4);
        assertThat(indices.get(1)).isEqualTo(4.0);
        assertThat(indices.getLong(0)).isEqualTo(3);
    }

    @Test
    void roundsToItsType() {
        assertThat(Tensor.scalar(DType.FLOAT32, 0.1).get(0)).isEqualTo((double) 0.1f);
        assertThat(Tensor.scalar(DType.FLOAT64, 0.1).to(DType.FLOAT32)).isEqualTo(Tensor.scalar(DType.FLOAT32, 0.1));
        assertThat(Tensor.scalar(DType.FLOAT32, 1e300).get(0)).isInfinite();
        assertThat(DType.FLOAT32.round(1 + DType.FLOAT32.unitRoundoff())).isEqualTo(1.0);
        assertThat(DType.FLOAT64.unitRoundoff()).isEqualTo(Math.ulp(1.0) / 2);
        assertThat(DType.FLOAT32.unitRoundoff()).isEqualTo(Math.ulp(1f) / 2.0);
    }

    @Test
    void equalityIsOfBits() {
        assertThat(Tensor.scalar(DType.FLOAT64, 0.0)).isNotEqualTo(Tensor.scalar(DType.FLOAT64, -0.0));
        assertThat(Tensor.scalar(DType.FLOAT64, Double.NaN))
                .isEqualTo(Tensor.scalar(DType.FLOAT64, Double.NaN))
                .hasSameHashCodeAs(Tensor.scalar(DType.FLOAT64, Double.NaN));
        assertThat(Tensor.scalar(DType.FLOAT64, 1)).isNotEqualTo(Tensor.scalar(DType.FLOAT32, 1));
        assertThat(Tensor.of(DType.FLOAT64, Shape.of(1), 1)).isNotEqualTo(Tensor.scalar(DType.FLOAT64, 1));
        assertThat(Tensor.full(DType.FLOAT64, Shape.of(0, 3), 1))
                .isNotEqualTo(Tensor.full(DType.FLOAT64, Shape.of(0), 1));
        assertThat(Tensor.indices(Shape.of(1), 1)).isNotEqualTo(Tensor.indices(Shape.of(1), 2));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DType.FLOAT64, Shape.of(2, 2), 1, 2, 3))
                .withMessage("shape (2, 2) has 4 elements, but 3 values are given");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(DType.INT64, Shape.of(1), 1.0))
                .withMessage("a tensor of int64 is not made from doubles");
        assertThatIllegalStateException()
                .isThrownBy(() -> Tensor.scalar(DType.FLOAT32, 1).getLong(0))
                .withMessage("a float32 tensor holds no indices");
        assertThatIllegalStateException().isThrownBy(DType.INT64::unitRoundoff);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DType.of("float16"))
                .withMessage("unknown dtype 'float16': expected float32, float64, int64 or bool");
    }

    @Test
    void boolsAreZerosAndOnes() {
        Tensor mask = Tensor.bools(Shape.of(2), true, false);
        assertThat(mask.dtype()).isEqualTo(DType.BOOL);
        assertThat(mask.toLongs()).containsExactly(1, 0);
        assertThat(mask.toDoubles()).containsExactly(1, 0);
        assertThat(mask).isNotEqualTo(Tensor.indices(Shape.of(2), 1, 0));
    }

    @Test
    void integersArePickedToTheLastBit() {
        long large = (1L << 53) + 1;
        assertThat(Tensor.indices(Shape.of(2), large, -large)
                        .pick(Shape.of(3), 7, 1, -1, 0)
                        .toLongs())
                .containsExactly(-large, 7, large);
    }
}
