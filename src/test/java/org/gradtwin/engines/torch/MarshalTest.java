package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors go to PyTorch and come back with shape, type and bits. */
class MarshalTest {
    static Stream<Shape> shapes() {
        return IntStream.rangeClosed(0, Shape.MAX_RANK)
                .boxed()
                .flatMap(rank -> Stream.of(
                        Shape.of(IntStream.range(0, rank).map(d -> 1 + d % 3).toArray()),
                        Shape.of(IntStream.range(0, rank).map(d -> d % 4).toArray())));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void everyRankComesBack(Shape shape) {
        double[] values = new double[shape.size()];
        long[] indices = new long[shape.size()];
        boolean[] mask = new boolean[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i == 0 ? -0.0 : Math.sin(i);
            indices[i] = (1L << 53) + i;
            mask[i] = i % 3 == 1;
        }
        try (PtNDManager manager = TorchRuntime.get().newManager()) {
            for (Tensor tensor : new Tensor[] {
                Tensor.of(DType.FLOAT64, shape, values),
                Tensor.of(DType.FLOAT32, shape, values),
                Tensor.indices(shape, indices),
                Tensor.bools(shape, mask)
            }) {
                PtNDArray array = Marshal.toTorch(manager, tensor);
                assertThat(array.getShape().dimension()).isEqualTo(shape.rank());
                assertThat(Marshal.fromTorch(array)).isEqualTo(tensor);
            }
        }
    }

    @Test
    void aPermutedViewIsReadInItsOwnOrder() {
        Tensor tensor = Tensor.of(DType.FLOAT64, Shape.of(1, 2, 3), 0, 1, 2, 3, 4, 5);
        try (PtNDManager manager = TorchRuntime.get().newManager()) {
            PtNDArray view = JniUtils.permute(Marshal.toTorch(manager, tensor), new long[] {2, 0, 1});
            assertThat(Marshal.fromTorch(view))
                    .isEqualTo(Tensor.of(DType.FLOAT64, Shape.of(3, 1, 2), 0, 3, 1, 4, 2, 5));
        }
    }
}
