package org.gradtwin.verify;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;

/** The page of what PyTorch is off in, by the truths that the fixtures record. */
final class Truths {
    /** What no case asks, since PyTorch's answer is no convention: seen in PyTorch 2.13.0. */
    private static final String BESIDE = """

            ## Beside the corpus

            The fuzzer or a stranger's engine met these. They are bugs of PyTorch 2.13.0, so no case records them; the last one keeps
            `batch_norm` out of the fuzzer's programs of several ops.

            | program | PyTorch | right |
            |---|---|---|
            | gradient of `logsumexp(x, 0)` at [1e16, 1e16], float64 | [1, 1] | [½, ½] |
            | gradient of `var(x, dim=(), correction=-2)` of nine elements | 2(x − mean)/3: it divides by 1 − correction | 2(x − mean)/11 |
            | gradient of `square(x)` at −3e38 in float32, cotangent −½ | ∞: it doubles x first | 3e38 |
            | gradient of `sum(logcumsumexp(x, 0))` at [1e18, 1], float64 | [1, 0] | [2, 0] |
            | gradient of `logcumsumexp(x, 0)` at [1, 2, 3], cotangent [1, NaN, 1], float64 | [1.09, 0.2447, 0.6652]: it leaves the NaN out | [NaN, NaN, 0.6652] |
            | gradient of `softplus(x, 1.0, 80.0)` at 50 in float32, cotangent 2⁶⁰ | ∞: it multiplies by e⁵⁰ before it divides by e⁵⁰ + 1 | 1.152921504606847e+18 |
            | `median(x.expand(3, 2), 1)[0]`, x = [[3], [1], [2]], float64 | [1, 1, 3.2e-322], the last from memory that was never written | [3, 1, 2] |
            | `slice_scatter(x.unfold(0, 2, 1), s)[1]`, and of `select_scatter`, x = [0, 1, 2, 3], s = [[10, 20]] | [20, 2]: it writes where windows \
            overlap | [1, 2] |
            | gradient of t in `addcdiv(x, t, 1e-308, value=3)`, cotangent ¼ and 0, float64 | ∞ and NaN: it divides before it multiplies by the \
            cotangent | 7.5e+307 and 0 |
            | gradient of `det(a)` at [[1.25, 0.5], [1.25, 0.5]] and wherever rows depend on each other | zeros | the cofactors, [[0.5, −1.25], [−0.5, 1.25]] |
            | gradient of `hardtanh`, `relu6`, `hardshrink`, `softshrink`; of `elu`, `celu`, `selu`, `hardswish` at NaN, of 33 elements | 0; NaN; and 1 at the last one, which is behind whole vectors | one of them |
            | `scaled_dot_product_attention(x, x, x, is_causal=True, scale=-1.0)`, x = [[[[1, 2], [3, 5]]]], float64 | first row [NaN, NaN]: what is masked out is −∞, which it multiplies by the scale | [1, 2] |
            | gradient of `max_pool3d(x, 2, padding=1, dilation=3)`, x of shape (1, 2, 2, 2), whose one window holds padding alone | it writes to memory that is not its own, and the process may end | zeros |
            | gradient of `instance_norm(x).movedim(1, -1)`, x = [[[[1], [2]], [[3], [5]]]], cotangent [[[[0.5, 0.75]], [[1, 1.25]]]]: of one instance, whose gradient comes in another order of memory | [−1.0e-5, 1.0e-5, −1.25e-6, 1.25e-6]: it reads [0.5, 0.75] for [0.5, 1] | [−2.0e-5, 2.0e-5, −2.5e-6, 2.5e-6] |
            | gradient of `nll_loss(x.transpose(2, 3), t)`, x of four dimensions | refused: "grad_input must be contiguous" | that of x.transpose(2, 3).contiguous() |
            | gradients of `group_norm(x, 2, None, b)` | refused: "tensor does not have a device" | those of a weight of ones |
            | gradient of `batch_norm(x, None, None, w[:, 0], training=True)`, w = [[2, 7], [3, 11]], x = [[1, 2], [3, 5], [4, -1]], cotangent [[1, 2], [0, 1], [3, 0]] | second column [2.8577, -1.4289, -1.4289]: it reads the weight as [2, 7] | [1.2247, -0.6124, -0.6124], by [2, 3] |
            """;

    private Truths() {}

    static String text(FixtureSet set) {
        StringBuilder text = new StringBuilder("""
                # Where PyTorch is off

                The exact engine computes in 50 digits (`verify --engine exact`). Where PyTorch is farther from it than the tolerance of the case,
                the fixture records what 50 digits give as `truth`, and an engine that agrees with that passes too. The element shown is the one
                that is farthest off.

                | case | program | type | quantity | at | PyTorch | 50 digits |
                |---|---|---|---|---|---|---|
                """);
        set.cases()
                .forEach(named -> named.given()
                        .expectation()
                        .ifPresent(expectation -> expectation
                                .truth()
                                .forEach((dtype, truths) -> truths.forEach((quantity, truth) ->
                                        text.append(row(named.name(), named.given(), dtype, quantity, truth))))));
        return text.append(BESIDE).toString();
    }

    private static String row(String name, FixtureCase given, DType dtype, Quantity quantity, Tensor truth) {
        Map<Quantity, Tolerance> tolerances = given.tolerances(dtype);
        Tensor pytorch =
                Objects.requireNonNull(given.expected(dtype).get(quantity)).orElseThrow();
        Discrepancy worst =
                Objects.requireNonNull(Comparison.of(pytorch, truth, Objects.requireNonNull(tolerances.get(quantity)))
                        .worst());
        return "| %s | `%s` | %s | %s | %s | %s | %s |\n"
                .formatted(
                        name,
                        String.join("; ", given.program()),
                        dtype.torchName(),
                        quantity,
                        Arrays.toString(worst.index()),
                        Decimals.shortest(worst.actual(), dtype),
                        Decimals.shortest(worst.expected(), dtype));
    }
}
