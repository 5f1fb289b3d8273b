package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.LINEAR_ALGEBRA;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Procedure;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Linear systems, the inverse and the determinant, by Gaussian elimination (torch.linalg: solve, inv, det, slogdet; torch.logdet). */
@AutoService(OpFile.class)
public final class LinearSystemOps implements OpFile {
    static final String ELIMINATION =
            "nearly singular, huge or not finite: what elimination makes of it depends on the order of its work";

    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("linalg.solve(A, B)")
                        .id("solve")
                        .group(LINEAR_ALGEBRA)
                        .shape(LinearSystemOps::solved)
                        .ranks(List.of(List.of(2, 1), List.of(2, 2), List.of(3, 3), List.of(4, 4)))
                        .kinks("none; a singular A is refused")
                        .undefinedBothWays(ELIMINATION, LinearSystemOps::nearlySingular)
                        .kernels(TERMS, "_linalg_solve_ex", "linalg_lu_solve", "mm", "bmm", "sum")
                        .kernels(EXACT, "_linalg_check_errors", "transpose", "neg", "copy", "new_empty_strided")
                        .twin("torch.linalg.solve(A, B)")
                        .procedure(new Solution())
                        .gradient(LinearSystemOps::solutionGradient)
                        .build(),
                Op.of("linalg.inv(A)")
                        .alias("inverse(input)")
                        .id("inv")
                        .group(LINEAR_ALGEBRA)
                        .shape(LinearSystemOps::square)
                        .ranks(2, 3, 4)
                        .kinks("none; a singular A is refused")
                        .undefinedBothWays(ELIMINATION, LinearSystemOps::nearlySingular)
                        .kernels(TERMS, "linalg_inv_ex", "mm", "bmm")
                        .kernels(EXACT, "_linalg_check_errors", "transpose", "neg", "copy", "new_empty_strided")
                        .twin("torch.linalg.inv(A)")
                        .procedure(new Inverse())
                        .gradient("""
                                turned = transpose(value, -2, -1)
                                grad(A) = -matmul(matmul(turned, grad), turned)
                                """)
                        .build(),
                Op.of("det(input)")
                        .group(LINEAR_ALGEBRA)
                        .shape(LinearSystemOps::number)
                        .ranks(2, 3, 4)
                        .kinks("none; 0: gradient by cofactors")
                        .undefinedBothWays(ELIMINATION, LinearSystemOps::nearlySingular)
                        .kernels(TERMS, "_linalg_det", "linalg_lu_solve")
                        .kernels(ROUNDED, "mul", "add")
                        .kernels(
                                EXACT,
                                "diag_embed",
                                "diagonal",
                                "eq",
                                "where",
                                "scalar_tensor",
                                "copy",
                                "new_empty_strided",
                                "transpose")
                        .twin("torch.det(input)")
                        .procedure(new Determinant(Part.WHOLE))
                        .build(),
                Op.of("logdet(input)")
                        .group(LINEAR_ALGEBRA)
                        .shape(LinearSystemOps::number)
                        .ranks(2, 3, 4)
                        .kinks("none; a negative determinant: NaN")
                        .undefinedBothWays(ELIMINATION, LinearSystemOps::nearlySingular)
                        .kernels(TERMS, "_linalg_slogdet", "linalg_lu_solve")
                        .kernels(ROUNDED, "mul")
                        .kernels(
                                EXACT,
                                "diag_embed",
                                "eq",
                                "where",
                                "scalar_tensor",
                                "copy",
                                "new_empty_strided",
                                "transpose")
                        .twin("torch.logdet(input)")
                        .procedure(new Determinant(Part.LOGARITHM))
                        .gradient(turnedInverse("input"))
                        .build(),
                sizeAndSign("slogdet_sign")
                        .result(0, "sign")
                        .undrawn("PyTorch has zeros for A beside a gradient of the logarithm, and no gradient without")
                        .stepwise()
                        .twin("torch.linalg.slogdet(A)[0]")
                        .procedure(new Determinant(Part.SIGN))
                        .build(),
                sizeAndSign("slogdet")
                        .result(1, "logabsdet")
                        .twin("torch.linalg.slogdet(A)[1]")
                        .procedure(new Determinant(Part.SIZE))
                        .gradient(turnedInverse("A"))
                        .build());
    }

    private static OpBuilder sizeAndSign(String id) {
        return Op.of("linalg.slogdet(A)")
                .alias("slogdet(input)")
                .id(id)
                .group(LINEAR_ALGEBRA)
                .shape(LinearSystemOps::number)
                .ranks(2, 3, 4)
                .kinks("none; a determinant of 0: sign 0, −inf")
                .undefinedBothWays(ELIMINATION, LinearSystemOps::nearlySingular)
                .kernels(TERMS, "_linalg_slogdet", "linalg_lu_solve")
                .kernels(ROUNDED, "mul")
                .kernels(EXACT, "diag_embed", "eq", "where", "scalar_tensor", "copy", "new_empty_strided", "transpose");
    }

    private static String turnedInverse(String matrix) {
        return """
                turned = transpose(linalg.inv(%s), -2, -1)
                grad(%s) = unsqueeze(unsqueeze(grad, -1), -1) * turned
                """.formatted(matrix, matrix);
    }

    /** The batch of square matrices; refuses others. */
    static Shape square(Call call) {
        Shape a = call.shape(0);
        if (a.rank() < 2 || a.dim(a.rank() - 2) != a.last()) {
            throw call.refused(a + " holds no square matrices");
        }
        return a;
    }

    private static Shape number(Call call) {
        return batch(square(call));
    }

    /**
     * A determinant is near 0, where elimination loses most digits; an element is huge; or there is none, for which PyTorch gives no
     * gradient.
     */
    static boolean nearlySingular(List<@Nullable Tensor> operands, Attributes attributes) {
        if (operands.stream().anyMatch(Near::isHuge)) {
            return true;
        }
        Tensor a = operands.get(0);
        int n = a == null ? 0 : a.shape().last();
        for (int at = 0; a != null && at < a.size(); at += n * n) {
            if (Math.abs(new Gauss(a.toDoubles(), at, n).determinant(false)) < 0.125) {
                return true;
            }
        }
        return a != null && a.size() == 0;
    }

    private static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), shape.rank() - 2));
    }

    /** Whether B holds one right side for each A, not a matrix of them. */
    private static boolean isVector(Shape a, Shape b) {
        return b.rank() == 1 || (b.rank() == a.rank() - 1 && b.equals(Shape.of(Arrays.copyOf(a.dims(), a.rank() - 1))));
    }

    private static Shape solved(Call call) {
        Shape a = square(call);
        Shape b = call.shape(1);
        boolean vector = isVector(a, b);
        if (b.rank() == 0 || b.dim(vector ? b.rank() - 1 : b.rank() - 2) != a.last()) {
            throw call.refused("A " + a + " and B " + b + " make no linear system");
        }
        if (vector) {
            return b.rank() == 1 ? Shape.of(Arrays.copyOf(a.dims(), a.rank() - 1)) : b;
        }
        int[] batch = call.broadcast(batch(a), batch(b)).dims();
        int[] dims = Arrays.copyOf(batch, batch.length + 2);
        dims[batch.length] = a.last();
        dims[batch.length + 1] = b.last();
        return Shape.of(dims);
    }

    private static String solutionGradient(Call call) {
        boolean vector = isVector(call.shape(0), call.shape(1));
        return """
                share = linalg.solve(transpose(A, -2, -1), %s)
                grad(A) = -matmul(share, transpose(%s, -2, -1))
                grad(B) = %s
                """.formatted(
                        vector ? "unsqueeze(grad, -1)" : "grad",
                        vector ? "unsqueeze(value, -1)" : "value",
                        vector ? "squeeze(share, -1)" : "share");
    }

    private static Gauss eliminated(Call call, double[] a, int at, int n) {
        Gauss gauss = new Gauss(a, at, n);
        if (gauss.isSingular()) {
            throw call.refused("the matrix is singular");
        }
        return gauss;
    }

    /** X = A⁻¹B; B gets Aᵀ⁻¹G, A gets −(Aᵀ⁻¹G)Xᵀ. Both broadcast. */
    private static final class Solution implements Procedure {
        @Override
        public double[] value(Call call, List<double[]> operands) {
            Systems systems = new Systems(call);
            double[] x = new double[systems.count * systems.right];
            for (int s = 0; s < systems.count; s++) {
                double[] solved = eliminated(call, operands.get(0), systems.lefts[s] * systems.left, systems.n)
                        .solve(operands.get(1), systems.rights[s] * systems.right, systems.columns);
                System.arraycopy(solved, 0, x, s * systems.right, systems.right);
            }
            return x;
        }

        @Override
        public List<double[]> gradients(Call call, List<double[]> operands, double[] value, double[] gradient) {
            Systems systems = new Systems(call);
            int n = systems.n;
            double[] toA = new double[operands.get(0).length];
            double[] toB = new double[operands.get(1).length];
            for (int s = 0; s < systems.count; s++) {
                if (isSilent(gradient, value, s * systems.right, (s + 1) * systems.right)) {
                    continue;
                }
                double[] turned = Gauss.transposed(operands.get(0), systems.lefts[s] * systems.left, n, n);
                double[] share = new Gauss(turned, 0, n).solve(gradient, s * systems.right, systems.columns);
                add(toB, systems.rights[s] * systems.right, share, 1);
                double[] x = Gauss.transposed(value, s * systems.right, n, systems.columns);
                add(toA, systems.lefts[s] * systems.left, Gauss.product(share, x, n, systems.columns, n), -1);
            }
            return List.of(toA, toB);
        }
    }

    /** Whether nothing flows back to a finite solution: the scalar engine asks for each element alone, of one system of many. */
    static boolean isSilent(double[] gradient, double[] value, int from, int to) {
        for (int i = from; i < to; i++) {
            if (gradient[i] != 0 || !Double.isFinite(value[i])) {
                return false;
            }
        }
        return true;
    }

    static void add(double[] sum, int at, double[] share, double factor) {
        for (int i = 0; i < share.length; i++) {
            sum[at + i] += factor * share[i];
        }
    }

    /** Where the matrices and right sides of a call lie. */
    private static final class Systems {
        private final int n;
        private final int columns;
        private final int left;
        private final int right;
        private final int count;
        private final int[] lefts;
        private final int[] rights;

        Systems(Call call) {
            Shape a = call.shape(0);
            Shape b = call.shape(1);
            boolean vector = isVector(a, b);
            n = a.last();
            columns = vector ? 1 : b.last();
            left = n * n;
            right = n * columns;
            Shape rightBatch = vector ? Shape.of(Arrays.copyOf(b.dims(), b.rank() - 1)) : batch(b);
            Shape batch = call.broadcast(batch(a), rightBatch);
            count = batch.size();
            lefts = batch(a).broadcastSources(batch);
            rights = rightBatch.broadcastSources(batch);
        }
    }

    /** A⁻¹; A gets −A⁻ᵀ·G·A⁻ᵀ. */
    private static final class Inverse implements Procedure {
        @Override
        public double[] value(Call call, List<double[]> operands) {
            int n = call.shape(0).last();
            double[] inverse = new double[operands.get(0).length];
            for (int at = 0; at < inverse.length; at += n * n) {
                System.arraycopy(
                        eliminated(call, operands.get(0), at, n).solve(Gauss.identity(n), 0, n), 0, inverse, at, n * n);
            }
            return inverse;
        }

        @Override
        public List<double[]> gradients(Call call, List<double[]> operands, double[] value, double[] gradient) {
            int n = call.shape(0).last();
            double[] share = new double[value.length];
            for (int at = 0; at < value.length; at += n * n) {
                if (isSilent(gradient, value, at, at + n * n)) {
                    continue;
                }
                double[] turned = Gauss.transposed(value, at, n, n);
                double[] part = Arrays.copyOfRange(gradient, at, at + n * n);
                add(share, at, Gauss.product(Gauss.product(turned, part, n, n, n), turned, n, n, n), -1);
            }
            return List.of(share);
        }
    }

    /** What is told of a determinant: all of it, its logarithm, that of its size, or its sign. */
    private enum Part {
        WHOLE,
        LOGARITHM,
        SIZE,
        SIGN
    }

    /** |A| or ln |A|; A gets g·|A|·A⁻ᵀ or g·A⁻ᵀ. */
    private static final class Determinant implements Procedure {
        private final Part part;

        Determinant(Part part) {
            this.part = part;
        }

        @Override
        public double[] value(Call call, List<double[]> operands) {
            int n = call.shape(0).last();
            double[] values = new double[batch(call.shape(0)).size()];
            for (int i = 0; i < values.length; i++) {
                Gauss gauss = new Gauss(operands.get(0), i * n * n, n);
                double sign = gauss.determinant(true);
                values[i] = switch (part) {
                    case WHOLE -> gauss.determinant(false);
                    case LOGARITHM -> sign < 0 ? Double.NaN : gauss.logarithm();
                    case SIZE -> gauss.logarithm();
                    case SIGN -> sign;
                };
            }
            return values;
        }

        @Override
        public List<double[]> gradients(Call call, List<double[]> operands, double[] value, double[] gradient) {
            int n = call.shape(0).last();
            double[] share = new double[operands.get(0).length];
            for (int i = 0; i < value.length && part != Part.SIGN; i++) {
                if (isSilent(gradient, value, i, i + 1)) {
                    continue;
                }
                double factor = Double.isNaN(value[i]) ? 0 : gradient[i];
                add(
                        share,
                        i * n * n,
                        part != Part.WHOLE
                                ? turnedInverse(operands.get(0), i * n * n, n)
                                : cofactors(operands.get(0), i * n * n, n),
                        factor);
            }
            return List.of(share);
        }

        private static double[] turnedInverse(double[] a, int at, int n) {
            return new Gauss(Gauss.transposed(a, at, n, n), 0, n).solve(Gauss.identity(n), 0, n);
        }

        /** |A|·A⁻ᵀ, which also is where |A| = 0. */
        private static double[] cofactors(double[] a, int at, int n) {
            double[] cofactors = new double[n * n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    double[] unit = Arrays.copyOfRange(a, at, at + n * n);
                    Arrays.fill(unit, i * n, (i + 1) * n, 0);
                    unit[i * n + j] = 1;
                    cofactors[i * n + j] = new Gauss(unit, 0, n).determinant(false);
                }
            }
            return cofactors;
        }
    }
}
