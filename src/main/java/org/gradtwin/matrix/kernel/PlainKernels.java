package org.gradtwin.matrix.kernel;

import java.util.Arrays;

final class PlainKernels implements Kernels {
    @Override
    public String name() {
        return "plain";
    }

    @Override
    public void gemm(int m, int n, int k, double[] a, boolean transposeA, double[] b, boolean transposeB, double[] c) {
        Arrays.fill(c, 0);
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                double x = a[transposeA ? p * m + i : i * k + p];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += x * b[transposeB ? j * k + p : p * n + j];
                }
            }
        }
    }

    @Override
    public void gemm(int m, int n, int k, float[] a, boolean transposeA, float[] b, boolean transposeB, float[] c) {
        Arrays.fill(c, 0);
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                float x = a[transposeA ? p * m + i : i * k + p];
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += x * b[transposeB ? j * k + p : p * n + j];
                }
            }
        }
    }
}
