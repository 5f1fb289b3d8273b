package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LINEAR_ALGEBRA;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Procedure;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The Cholesky factor, and systems of triangular matrices (torch.linalg.cholesky, torch.linalg.solve_triangular). */
@AutoService(OpFile.class)
public final class TriangularOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("linalg.cholesky(input, *, upper: bool = False)")
                        .id("cholesky")
                        .group(LINEAR_ALGEBRA)
                        .shape(LinearSystemOps::square)
                        .ranks(2, 3, 4)
                        .kinks(
                                "none; a matrix that is not positive definite is refused; the half above the diagonal is not read, below it with upper")
                        .undefinedBothWays(LinearSystemOps.ELIMINATION, LinearSystemOps::nearlySingular)
                        .kernels(TERMS, "linalg_cholesky_ex", "linalg_solve_triangular", "mm", "bmm")
                        .kernels(ROUNDED, "add", "mul")
                        .kernels(EXACT, "_linalg_check_errors", "tril", "triu", "transpose")
                        .twin("torch.linalg.cholesky(input, upper=upper)")
                        .procedure(new Cholesky())
                        .build(),
                Op.of("linalg.solve_triangular(A, B, *, upper: bool, left: bool = True, unitriangular: bool = False)")
                        .id("solve_triangular")
                        .group(LINEAR_ALGEBRA)
                        .ranks(List.of(List.of(2, 2), List.of(3, 3), List.of(4, 4)))
                        .kinks("none; a 0 on the diagonal is refused; the other half of A is not read")
                        .undefinedBothWays(LinearSystemOps.ELIMINATION, TriangularOps::nearlySingular)
                        .kernels(TERMS, "linalg_solve_triangular", "mm", "bmm", "sum")
                        .kernels(EXACT, "tril", "triu", "transpose", "neg", "copy", "new_empty_strided")
                        .twin(
                                "torch.linalg.solve_triangular(A, B, upper=upper, left=left, unitriangular=unitriangular)")
                        .definition(TriangularOps::triangular)
                        .build());
    }

    /** A system of the one half of A; from the right it is a system of both transposed. */
    private static String triangular(Call call) {
        Shape a = LinearSystemOps.square(call);
        if (call.shape(1).rank() < 2) {
            throw call.refused("B " + call.shape(1) + " holds no matrices");
        }
        if (!call.attributes().flag("left")) {
            return "value = transpose(linalg.solve_triangular(transpose(A, -2, -1), transpose(B, -2, -1), upper="
                    + (call.attributes().flag("upper") ? "False" : "True")
                    + ", unitriangular=unitriangular), -2, -1)";
        }
        // Of fewer dimensions than A, linalg.solve would take B for vectors.
        int[] right = new int[Math.max(a.rank(), call.shape(1).rank())];
        Arrays.fill(right, 1);
        int missing = right.length - call.shape(1).rank();
        System.arraycopy(call.shape(1).dims(), 0, right, missing, right.length - missing);
        String half = call.attributes().flag("upper") ? "triu(A%s)" : "tril(A%s)";
        String beside = call.attributes().flag("upper") ? ", 1" : ", -1";
        return "half = "
                + (call.attributes().flag("unitriangular")
                        ? half.formatted(beside) + " + diag_embed(ones_like(diagonal(A, 0, -2, -1)))"
                        : half.formatted(""))
                + "\nvalue = linalg.solve(half, reshape(B, " + Rules.tuple(right) + "))";
    }

    /** An element of the diagonal is near 0: the other half is not read. */
    private static boolean nearlySingular(List<@Nullable Tensor> operands, Attributes attributes) {
        if (operands.stream().anyMatch(Near::isHuge)) {
            return true;
        }
        Tensor a = operands.get(0);
        int n = a == null ? 0 : a.shape().last();
        return !attributes.flag("unitriangular")
                && a != null
                && IntStream.range(0, a.size())
                        .filter(i -> i / n % n == i % n)
                        .anyMatch(i -> Math.abs(a.get(i)) < 0.125);
    }

    /** A = L·Lᵀ; A gets L⁻ᵀ·S·L⁻¹, where S is the half below the diagonal of Lᵀ·G and its mirror image, halved. */
    private static final class Cholesky implements Procedure {
        @Override
        public double[] value(Call call, List<double[]> operands) {
            int n = call.shape(0).last();
            boolean upper = call.attributes().flag("upper");
            double[] values = new double[operands.get(0).length];
            for (int at = 0; at < values.length; at += n * n) {
                double[] a = upper
                        ? Gauss.transposed(operands.get(0), at, n, n)
                        : Arrays.copyOfRange(operands.get(0), at, at + n * n);
                double[] l = factor(call, a, n);
                System.arraycopy(upper ? Gauss.transposed(l, 0, n, n) : l, 0, values, at, n * n);
            }
            return values;
        }

        private static double[] factor(Call call, double[] a, int n) {
            double[] l = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = a[i * n + j];
                    for (int k = 0; k < j; k++) {
                        sum -= l[i * n + k] * l[j * n + k];
                    }
                    if (i == j && !(sum > 0)) {
                        throw call.refused("the matrix is not positive definite: pivot " + i + " is " + sum);
                    }
                    l[i * n + j] = i == j ? Math.sqrt(sum) : sum / l[j * n + j];
                }
            }
            return l;
        }

        @Override
        public List<double[]> gradients(Call call, List<double[]> operands, double[] value, double[] gradient) {
            int n = call.shape(0).last();
            boolean upper = call.attributes().flag("upper");
            double[] share = new double[value.length];
            for (int at = 0; at < value.length; at += n * n) {
                if (LinearSystemOps.isSilent(gradient, value, at, at + n * n)) {
                    continue;
                }
                double[] l = upper ? Gauss.transposed(value, at, n, n) : Arrays.copyOfRange(value, at, at + n * n);
                double[] g =
                        upper ? Gauss.transposed(gradient, at, n, n) : Arrays.copyOfRange(gradient, at, at + n * n);
                double[] turned = Gauss.transposed(l, 0, n, n);
                double[] s = Gauss.product(turned, g, n, n, n);
                for (int i = 0; i < n; i++) {
                    for (int j = 0; j <= i; j++) {
                        s[i * n + j] *= 0.5;
                        s[j * n + i] = s[i * n + j];
                    }
                }
                Gauss system = new Gauss(turned, 0, n);
                double[] half = Gauss.transposed(system.solve(s, 0, n), 0, n, n);
                LinearSystemOps.add(share, at, system.solve(half, 0, n), 1);
            }
            return List.of(share);
        }
    }
}
