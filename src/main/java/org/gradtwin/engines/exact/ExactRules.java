package org.gradtwin.engines.exact;

import java.math.RoundingMode;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The values of the primitives. Comparisons have rules too: they are about all digits, not about a double's. */
final class ExactRules {
    private static final Map<String, Function<ExactCall, Exact>> RULES = new HashMap<>();

    static {
        zip("add", Real::plus);
        zip("sub", Real::minus);
        zip("mul", Real::times);
        zip("div", Real::over);
        zip("pow_tensor", Real::pow);
        zip("maximum", (a, b) -> extreme(1, a, b));
        zip("minimum", (a, b) -> extreme(-1, a, b));
        map("neg", Real::negate);
        map("abs", Real::abs);
        map("exp", Real::exp);
        map("expm1", Real::expm1);
        map("log", Real::log);
        map("log1p", Real::log1p);
        map("sqrt", Real::sqrt);
        map("sin", Real::sin);
        map("cos", Real::cos);
        map("tanh", Real::tanh);
        map("erf", Real::erf);
        map("erfc", Real::erfc);
        map("detach", x -> x);
        map("sinh", Real::sinh);
        map("asin", Real::asin);
        map("acos", Real::acos);
        map("atan", Real::atan);
        map("asinh", Real::asinh);
        map("acosh", Real::acosh);
        map("sinc", x -> x.isZero() ? Real.ONE : Real.PI.times(x).sin().over(Real.PI.times(x)));
        map("mish", x -> x.times(x.exp().log1p().tanh()));
        map("sign", Real::signum);
        map("floor", x -> x.whole(RoundingMode.FLOOR));
        map("ceil", x -> x.whole(RoundingMode.CEILING));
        map("trunc", x -> x.whole(RoundingMode.DOWN));
        map("round", x -> x.whole(RoundingMode.HALF_EVEN));
        zip("atan2", Real::atan2);
        zip("fmod", Real::remainder);
        zip("remainder", ExactRules::floorRemainder);
        zip("logaddexp", ExactRules::logaddexp);
        zip("xlogy", (x, y) -> x.isZero() && !y.isNaN() ? Real.ZERO : x.times(y.log()));
        RULES.put("pow", call -> {
            double exponent = call.attributes().number("exponent");
            // As PyTorch does, which shows at −0 and −inf.
            return call.operand(0)
                    .map(
                            exponent == 0.5
                                    ? Real::sqrt
                                    : exponent == -0.5 ? x -> Real.ONE.over(x.sqrt()) : x -> x.pow(Real.of(exponent)));
        });
        compare("lt", sign -> sign < 0, false);
        compare("le", sign -> sign <= 0, false);
        compare("gt", sign -> sign > 0, false);
        compare("ge", sign -> sign >= 0, false);
        compare("eq", sign -> sign == 0, false);
        compare("ne", sign -> sign != 0, true);
        RULES.put("lerp", ExactRules::between);
        RULES.put("where", ExactRules::where);
        RULES.put("sum", call -> call.reduce(ExactRules::sum));
        RULES.put("prod", call -> call.reduce(x -> Arrays.stream(x).reduce(Real.ONE, Real::times)));
        RULES.put("amax", call -> call.reduce(x -> extreme(1, x)));
        RULES.put("amin", call -> call.reduce(x -> extreme(-1, x)));
        RULES.put("cumsum", ExactRules::runningSums);
        RULES.put("matmul", ExactRules::matmul);
        RULES.put("nll_loss", ExactRules::classLoss);
    }

    private ExactRules() {}

    /** The rule for an op, null if it is lowered. */
    static @Nullable Function<ExactCall, Exact> of(Op op) {
        return RULES.get(op.id());
    }

    private static void map(String op, UnaryOperator<Real> function) {
        RULES.put(op, call -> call.operand(0).map(function));
    }

    private static void zip(String op, BinaryOperator<Real> function) {
        RULES.put(op, call -> call.operand(0).zip(call.operand(1), call.result(), function));
    }

    private static void compare(String op, IntPredicate holds, boolean ofNaN) {
        RULES.put(op, call -> {
            Real[] a = call.operand(0).asNumbers().stretched(call.result());
            Real[] b = call.operand(1).asNumbers().stretched(call.result());
            boolean[] held = new boolean[a.length];
            for (int i = 0; i < held.length; i++) {
                held[i] = (a[i].isNaN() || b[i].isNaN()) ? ofNaN : holds.test(a[i].compare(b[i]));
            }
            return Exact.of(Tensor.bools(call.result(), held));
        });
    }

    /** The largest (sign 1) or smallest (sign −1), NaN if there is one. */
    private static Real extreme(int sign, Real... x) {
        Real best = x[0];
        for (Real other : x) {
            if (best.isNaN() || other.isNaN()) {
                return Real.of(Double.NaN);
            }
            best = other.compare(best) * sign > 0 ? other : best;
        }
        return best;
    }

    /** The remainder that has the sign of the divisor. */
    private static Real floorRemainder(Real x, Real divisor) {
        Real rest = x.remainder(divisor);
        return !rest.isZero() && !rest.isNaN() && rest.compare(Real.ZERO) != divisor.compare(Real.ZERO)
                ? rest.plus(divisor)
                : rest;
    }

    /** ln(eᵃ + eᵇ) by the larger one; of equal infinities that one. */
    private static Real logaddexp(Real a, Real b) {
        Real largest = extreme(1, a, b);
        return largest.isNaN() || (a.compare(b) == 0 && Double.isInfinite(a.special()))
                ? largest
                : largest.plus(a.minus(b).abs().negate().exp().log1p());
    }

    /** x + weight·(end − x), from the nearer end. */
    private static Exact between(ExactCall call) {
        Real[] x = call.operand(0).stretched(call.result());
        Real[] end = call.operand(1).stretched(call.result());
        Real[] weight = call.operand(2).stretched(call.result());
        Real half = Real.ONE.over(Real.of(2));
        Real[] made = new Real[x.length];
        Arrays.setAll(made, i -> {
            Real way = end[i].minus(x[i]);
            return weight[i].abs().compare(half) < 0
                    ? x[i].plus(weight[i].times(way))
                    : end[i].minus(way.times(Real.ONE.minus(weight[i])));
        });
        return Exact.of(call.result(), made);
    }

    private static Real sum(Real... x) {
        return Arrays.stream(x).reduce(Real::plus).orElse(Real.ZERO);
    }

    private static Exact where(ExactCall call) {
        Tensor mask = call.plain(0);
        int[] at = mask.shape().broadcastSources(call.result());
        Real[] a = call.operand(1).stretched(call.result());
        Real[] b = call.operand(2).stretched(call.result());
        Real[] chosen = new Real[at.length];
        Arrays.setAll(chosen, i -> mask.getLong(at[i]) != 0 ? a[i] : b[i]);
        return Exact.of(call.result(), chosen);
    }

    private static Exact runningSums(ExactCall call) {
        Real[] sums = call.operand(0).reals().clone();
        for (int[] group : call.groups(call.call().dims())) {
            for (int i = 1; i < group.length; i++) {
                sums[group[i]] = sums[group[i - 1]].plus(sums[group[i]]);
            }
        }
        return Exact.of(call.result(), sums);
    }

    private static Exact matmul(ExactCall call) {
        Exact a = call.operand(0);
        Exact b = call.operand(1);
        int inner = a.shape().last();
        int rows = a.shape().rank() > 1 ? a.shape().dim(a.shape().rank() - 2) : 1;
        int cols = b.shape().rank() > 1 ? b.shape().last() : 1;
        int dropped = (a.shape().rank() > 1 ? 1 : 0) + (b.shape().rank() > 1 ? 1 : 0);
        int[] result = call.result().dims();
        Shape batch = Shape.of(Arrays.copyOf(result, result.length - dropped));
        int[] left = batch(a.shape()).broadcastSources(batch);
        int[] right = batch(b.shape()).broadcastSources(batch);
        Real[] product = new Real[call.result().size()];
        for (int i = 0; i < product.length; i++) {
            int row = i / cols % rows;
            int col = i % cols;
            int x = left[i / (rows * cols)] * rows * inner + row * inner;
            int y = right[i / (rows * cols)] * inner * cols + col;
            product[i] = sum(IntStream.range(0, inner)
                    .mapToObj(k -> a.reals()[x + k].times(b.reals()[y + k * cols]))
                    .toArray(Real[]::new));
        }
        return Exact.of(call.result(), product);
    }

    private static Shape batch(Shape shape) {
        return Shape.of(Arrays.copyOf(shape.dims(), Math.max(0, shape.rank() - 2)));
    }

    /** −weight · input at each row's target, 0 where that is ignored; their mean is over the weights. */
    private static Exact classLoss(ExactCall call) {
        Exact x = call.operand(0);
        Tensor targets = call.plain(1);
        Exact weight = call.operands().get(2);
        long ignored = call.attributes().integer("ignore_index");
        int[][] rows = call.groups(x.shape().rank() == 1 ? 0 : 1);
        Real[] losses = new Real[rows.length];
        Real[] weights = new Real[rows.length];
        for (int i = 0; i < rows.length; i++) {
            int target = (int) targets.getLong(i);
            boolean counts = targets.getLong(i) != ignored;
            weights[i] = !counts ? Real.ZERO : weight == null ? Real.ONE : weight.reals()[target];
            losses[i] = counts ? x.reals()[rows[i][target]].times(weights[i].negate()) : Real.ZERO;
        }
        return switch (call.attributes().text("reduction")) {
            case "none" -> Exact.of(call.result(), losses);
            case "sum" -> Exact.of(call.result(), sum(losses));
            default -> Exact.of(call.result(), sum(losses).over(sum(weights)));
        };
    }
}
