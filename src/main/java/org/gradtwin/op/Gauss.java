package org.gradtwin.op;

import java.util.Arrays;

/** P·A = L·U by Gaussian elimination, each pivot the largest of its column. */
final class Gauss {
    private final int n;
    private final double[] lu;
    private final int[] row;
    private double sign = 1;

    /** Takes the n·n elements of a matrix, which are not changed, from a position on. */
    Gauss(double[] a, int at, int n) {
        this.n = n;
        this.lu = Arrays.copyOfRange(a, at, at + n * n);
        this.row = new int[n];
        Arrays.setAll(row, i -> i);
        for (int k = 0; k < n; k++) {
            int pivot = k;
            for (int i = k + 1; i < n; i++) {
                pivot = Math.abs(lu[i * n + k]) > Math.abs(lu[pivot * n + k]) ? i : pivot;
            }
            exchange(k, pivot);
            for (int i = k + 1; i < n && lu[k * n + k] != 0; i++) {
                lu[i * n + k] /= lu[k * n + k];
                for (int j = k + 1; j < n; j++) {
                    lu[i * n + j] -= lu[i * n + k] * lu[k * n + j];
                }
            }
        }
    }

    private void exchange(int k, int pivot) {
        if (k == pivot) {
            return;
        }
        sign = -sign;
        int other = row[k];
        row[k] = row[pivot];
        row[pivot] = other;
        for (int j = 0; j < n; j++) {
            double element = lu[k * n + j];
            lu[k * n + j] = lu[pivot * n + j];
            lu[pivot * n + j] = element;
        }
    }

    /** Whether the determinant is 0. */
    boolean isSingular() {
        return determinant(true) == 0;
    }

    /** The determinant, or its sign alone. */
    double determinant(boolean signAlone) {
        double product = sign;
        for (int k = 0; k < n; k++) {
            product *= signAlone ? Math.signum(lu[k * n + k]) : lu[k * n + k];
        }
        return product;
    }

    /** The logarithm of the determinant's size. */
    double logarithm() {
        double sum = 0;
        for (int k = 0; k < n; k++) {
            sum += Math.log(Math.abs(lu[k * n + k]));
        }
        return sum;
    }

    /** A⁻¹·B for the (n, columns) elements of B from a position on. */
    double[] solve(double[] b, int at, int columns) {
        double[] x = new double[n * columns];
        for (int c = 0; c < columns; c++) {
            for (int i = 0; i < n; i++) {
                double sum = b[at + row[i] * columns + c];
                for (int j = 0; j < i; j++) {
                    sum -= lu[i * n + j] * x[j * columns + c];
                }
                x[i * columns + c] = sum;
            }
            for (int i = n - 1; i >= 0; i--) {
                double sum = x[i * columns + c];
                for (int j = i + 1; j < n; j++) {
                    sum -= lu[i * n + j] * x[j * columns + c];
                }
                x[i * columns + c] = sum / lu[i * n + i];
            }
        }
        return x;
    }

    /** The transposed (rows, columns) elements from a position on. */
    static double[] transposed(double[] a, int at, int rows, int columns) {
        double[] t = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                t[j * rows + i] = a[at + i * columns + j];
            }
        }
        return t;
    }

    /** The identity. */
    static double[] identity(int n) {
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        return identity;
    }

    /** The (rows, inner) elements of a times the (inner, columns) ones of b. */
    static double[] product(double[] a, double[] b, int rows, int inner, int columns) {
        double[] product = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < inner; k++) {
                for (int j = 0; j < columns; j++) {
                    product[i * columns + j] += a[i * inner + k] * b[k * columns + j];
                }
            }
        }
        return product;
    }
}
