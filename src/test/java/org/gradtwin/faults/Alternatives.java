package org.gradtwin.faults;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.Tensor;

/** Right formulas other than PyTorch's and those of the engines. One that is right in a part of the domain alone is not here. */
final class Alternatives {
    private static final String STABLE = "exp(-abs(input)) / square(1 + exp(-abs(input)))";

    /** By op. */
    static final Map<Op, List<Rule>> RULES = new LinkedHashMap<>();

    private Alternatives() {}

    static {
        put(
                "tanh",
                Formula.gradient("g * (1 - square(y))"),
                Formula.gradient("g / square(cosh(input))"),
                Formula.gradient("g * (1 - y) * (1 + y)"),
                Formula.gradient("4 * g * exp(-2 * abs(input)) / square(1 + exp(-2 * abs(input)))"),
                Rule.slope((x, y, right, g) -> g * Math.fma(-y, y, 1)));
        put(
                "sigmoid",
                Formula.gradient("g * y * (1 - y)"),
                Formula.gradient("g * " + STABLE),
                Formula.gradient("g * y * sigmoid(-input)"),
                Formula.value(
                        "e = exp(-abs(input))\ny = where(input >= 0, 1 / (1 + e), e / (1 + e))", "g * (y - y * y)"));
        put(
                "softmax",
                Formula.gradient("y * (g - sum(g * y, dim, keepdim=True))"),
                Formula.gradient("g * y - y * sum(y * g, dim, keepdim=True)"),
                Formula.value(
                        "e = exp(input - amax(input, dim, keepdim=True))\ny = e * (1 / sum(e, dim, keepdim=True))"));
        put(
                "log_softmax",
                Formula.gradient("g - exp(y) * sum(g, dim, keepdim=True)"),
                Formula.gradient("g - softmax(input, dim) * sum(g, dim, keepdim=True)"));
        put("logsumexp", Formula.gradient("g * exp(input - y)"));
        put(
                "log1p",
                Formula.gradient("g / (1 + input)"),
                Formula.value(
                        "u = 1 + input\n" + "y = where(u == 1, input, log(u) * input / where(u == 1, 1, u - 1))"));
        put(
                "softplus",
                Formula.value("y = where(beta * input > threshold, input, "
                        + "(maximum(beta * input, 0 * input) + log1p(exp(-abs(beta * input)))) / beta)"));
        put("logsigmoid", Formula.value("y = minimum(input, 0 * input) - log1p(exp(-abs(input)))"));
        put("logaddexp", Formula.gradient("g * sigmoid(input - other)", "g * sigmoid(other - input)"));
        put(
                "silu",
                Formula.gradient("g * (sigmoid(input) * (1 + input * (1 - sigmoid(input))))"),
                Formula.gradient("g * (sigmoid(input) + input * sigmoid(input) * sigmoid(-input))"),
                Formula.gradient("g * (sigmoid(input) + y * (1 - sigmoid(input)))"));
        // Where g·x does not underflow.
        put(
                "abs",
                Formula.gradient(
                        "where(abs(input) < 1e-30, g * sign(input), g * input / where(input == 0, 1, abs(input)))"));
        put(
                "div",
                Formula.gradient("g / other", "-g * y / other"),
                Formula.gradient("g * (1 / other)", "-g * (input / other) / other"));
        put(
                "addcmul",
                Formula.value("y = input + value * tensor1 * tensor2"),
                Formula.value("y = input + value * (tensor1 * tensor2)"),
                fused());
        put(
                "lerp",
                Formula.value("y = input * (1 - weight) + end * weight"),
                Formula.value("y = input + weight * (end - input)"));
        put("var", Order.welford(), Order.moments(), Formula.definition(text -> text));
        put("sum", Order.REVERSED.sum(), Order.PAIRWISE.sum());
        put("mean", Order.REVERSED.mean(), Order.PAIRWISE.mean());
        put("matmul", Order.REVERSED.matmul(), Order.PAIRWISE.matmul(), Order.FUSED.matmul());
        for (String norm : List.of("layer_norm", "batch_norm", "group_norm", "instance_norm", "rms_norm")) {
            put(
                    norm,
                    Formula.definition(text -> text),
                    Formula.definition(Alternatives::twoPasses),
                    Formula.definition(text -> text.replaceAll("\\*rsqrt\\((.*? \\+ [^()]*)\\)", "/sqrt($1)")));
        }
        put("layer_norm", LayerNormFaults.rightValue(), LayerNormFaults.rightGradient());
        for (String defined :
                List.of("gelu", "cosine_similarity", "normalize", "huber_loss", "mse_loss", "linear", "gru_cell")) {
            put(defined, Formula.definition(text -> text));
        }
    }

    private static void put(String op, Rule... rules) {
        RULES.computeIfAbsent(Ops.of(op), key -> new ArrayList<>()).addAll(List.of(rules));
    }

    private static String twoPasses(String definition) {
        return definition.replaceAll(
                "var\\(\\w+, dim=(.*?), correction=0.*?, keepdim=True\\)", "mean(square(d), dim=$1, keepdim=True)");
    }

    private static Rule fused() {
        return Rule.value(call -> {
            Tensor right = call.compute();
            double[] y = right.toDoubles();
            int[][] at = IntStream.range(0, 3)
                    .mapToObj(k -> call.shape(k).broadcastSources(right.shape()))
                    .toArray(int[][]::new);
            double factor = call.attributes.number("value");
            for (int i = 0; i < y.length; i++) {
                double product = call.dtype.round(factor * call.x(1)[at[1][i]]);
                y[i] = Order.fma(call.dtype, product, call.x(2)[at[2][i]], call.x(0)[at[0][i]]);
            }
            return call.tensor(right.shape(), y);
        });
    }

    /** Engines that do every op by one of its alternatives, each of which has its turn. */
    static List<FaultyEngine> engines() {
        int most = RULES.values().stream().mapToInt(List::size).max().orElseThrow();
        return IntStream.range(0, most)
                .mapToObj(turn -> {
                    Map<Op, Rule> rules = new HashMap<>();
                    RULES.forEach((op, all) -> rules.put(op, all.get(turn % all.size())));
                    return FaultyEngine.with("alternative-" + turn, rules);
                })
                .toList();
    }
}
