package org.gradtwin.matrix.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds both sets of kernels to the definition of the product. */
class GemmTest {
    private static final int[][] SIZES = {
        {1, 1, 1},
        {2, 3, 4},
        {3, 1, 5},
        {1, 7, 2},
        {5, 1, 1},
        {8, 16, 4},
        {8, 32, 3},
        {9, 17, 2},
        {9, 33, 130},
        {32, 27, 128},
        {128, 27, 32},
        {7, 300, 9},
        {300, 7, 11},
        {2, 3, 700},
        {101, 67, 400},
        {20, 2100, 3},
        {0, 3, 2},
        {2, 0, 3},
        {2, 3, 0},
        {200, 120, 130}
    };

    private static Stream<Kernels> sets() {
        return Kernels.vectorIsPresent() ? Stream.of(Kernels.plain(), Kernels.vector()) : Stream.of(Kernels.plain());
    }

    private static Stream<Arguments> products() {
        return sets().flatMap(kernels -> Stream.of(SIZES)
                .flatMap(size -> Stream.of(false, true)
                        .flatMap(ta -> Stream.of(false, true)
                                .map(tb -> Arguments.of(kernels.name(), size[0], size[1], size[2], ta, tb, kernels)))));
    }

    @ParameterizedTest(name = "{0} {1}x{2}x{3} transposed {4} {5}")
    @MethodSource("products")
    void isTheSumOfProducts(String name, int m, int n, int k, boolean transposeA, boolean transposeB, Kernels kernels) {
        Random random = new Random(31L * m + 7L * n + k);
        double[] a = random.doubles((long) m * k, -1, 1).toArray();
        double[] b = random.doubles((long) k * n, -1, 1).toArray();
        double[] c = random.doubles((long) m * n).toArray();
        float[] a32 = floats(a);
        float[] b32 = floats(b);
        float[] c32 = floats(c);
        kernels.gemm(m, n, k, a, transposeA, b, transposeB, c);
        kernels.gemm(m, n, k, a32, transposeA, b32, transposeB, c32);

        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                double sum = 0;
                double sum32 = 0;
                double size = 0;
                for (int p = 0; p < k; p++) {
                    int left = transposeA ? p * m + i : i * k + p;
                    int right = transposeB ? j * k + p : p * n + j;
                    sum += a[left] * b[right];
                    sum32 += (double) a32[left] * b32[right];
                    size += Math.abs(a[left] * b[right]);
                }
                // The bound of any order of summation: k roundings of a sum of that size.
                assertClose(c[i * n + j], sum, (k + 1) * 0x1p-53 * size, i, j);
                assertClose(c32[i * n + j], sum32, (k + 1) * 0x1p-24 * size, i, j);
            }
        }
    }

    private static void assertClose(double actual, double expected, double bound, int i, int j) {
        // Positively, so that NaN fails.
        boolean close = Math.abs(actual - expected) <= bound;
        if (!close) {
            fail("[%d, %d]: expected %s within %s but was %s".formatted(i, j, expected, bound, actual));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sets")
    void threadsLeaveTheBitsAlone(Kernels kernels) {
        // Higher than wide, wider than high, several blocks deep, and more columns than a block.
        for (int[] size : new int[][] {{333, 150, 290}, {70, 301, 401}, {24, 2100, 30}}) {
            int m = size[0];
            int n = size[1];
            int k = size[2];
            Random random = new Random(5);
            double[] a = random.doubles((long) m * k, -1, 1).toArray();
            double[] b = random.doubles((long) k * n, -1, 1).toArray();
            double[] alone = new double[m * n];
            float[] alone32 = new float[m * n];
            kernels.withThreads(1).gemm(m, n, k, a, false, b, true, alone);
            kernels.withThreads(1).gemm(m, n, k, floats(a), false, floats(b), true, alone32);
            for (int threads = 2; threads <= 7; threads++) {
                double[] together = new double[m * n];
                float[] together32 = new float[m * n];
                kernels.withThreads(threads).gemm(m, n, k, a, false, b, true, together);
                kernels.withThreads(threads).gemm(m, n, k, floats(a), false, floats(b), true, together32);
                assertThat(together).isEqualTo(alone);
                assertThat(together32).isEqualTo(alone32);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sets")
    void infinityAndNaNStayInTheirRowsAndColumns(Kernels kernels) {
        int size = 37;
        double[] a = new double[size * size];
        double[] b = new double[size * size];
        Arrays.fill(a, 1);
        Arrays.fill(b, 1);
        a[3 * size + 5] = Double.POSITIVE_INFINITY;
        b[7 * size + 36] = Double.NaN;
        double[] c = new double[size * size];
        kernels.gemm(size, size, size, a, false, b, false, c);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double expected = j == 36 ? Double.NaN : i == 3 ? Double.POSITIVE_INFINITY : size;
                assertThat(Double.compare(c[i * size + j], expected))
                        .as("[%d, %d]", i, j)
                        .isZero();
            }
        }
    }

    private static float[] floats(double[] numbers) {
        float[] floats = new float[numbers.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) numbers[i];
        }
        return floats;
    }
}
