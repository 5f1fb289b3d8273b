package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every elementwise op against the numbers that PyTorch gives, kinks and special values included. */
class PyTorchTableTest {

    private static final double ULP = 0x1p-52;

    private static final Map<String, UnaryOperator<Node>> ONE = new TreeMap<>(Map.ofEntries(
            Map.entry("abs", Node::abs),
            Map.entry("exp", Node::exp),
            Map.entry("expm1", Node::expm1),
            Map.entry("log", Node::log),
            Map.entry("log1p", Node::log1p),
            Map.entry("sqrt", Node::sqrt),
            Map.entry("rsqrt", Node::rsqrt),
            Map.entry("sin", Node::sin),
            Map.entry("cos", Node::cos),
            Map.entry("tanh", Node::tanh),
            Map.entry("sigmoid", Node::sigmoid),
            Map.entry("relu", Node::relu),
            Map.entry("leaky_relu", x -> x.leakyRelu(0.1)),
            Map.entry("elu", x -> x.elu(1.5)),
            Map.entry("gelu", Node::gelu),
            Map.entry("gelu_tanh", Node::geluTanh),
            Map.entry("silu", Node::silu),
            Map.entry("softplus", x -> x.softplus(1, 20)),
            Map.entry("softplus_2_5", x -> x.softplus(2, 5)),
            Map.entry("erf", Node::erf),
            Map.entry("clamp", x -> x.clamp(-1, 2)),
            Map.entry("square", Node::square),
            Map.entry("reciprocal", Node::reciprocal),
            Map.entry("neg", Node::negate),
            Map.entry("pow_0", x -> x.pow(0)),
            Map.entry("pow_1", x -> x.pow(1)),
            Map.entry("pow_2", x -> x.pow(2)),
            Map.entry("pow_3", x -> x.pow(3)),
            Map.entry("pow_-1", x -> x.pow(-1)),
            Map.entry("pow_-2", x -> x.pow(-2)),
            Map.entry("pow_0.5", x -> x.pow(0.5)),
            Map.entry("pow_-0.5", x -> x.pow(-0.5)),
            Map.entry("pow_2.5", x -> x.pow(2.5)),
            Map.entry("pow_nan", x -> x.pow(Double.NaN)),
            Map.entry("pow_inf", x -> x.pow(Double.POSITIVE_INFINITY)),
            Map.entry("rpow_0", x -> x.rpow(0)),
            Map.entry("rpow_2", x -> x.rpow(2)),
            Map.entry("rpow_-2", x -> x.rpow(-2)),
            Map.entry("times_0", x -> x.times(0)),
            Map.entry("times_inf", x -> x.times(Double.POSITIVE_INFINITY)),
            Map.entry("divided_by_3", x -> x.dividedBy(3)),
            Map.entry("plus_3", x -> x.plus(3)),
            Map.entry("minus_3", x -> x.minus(3)),
            Map.entry("rminus_1", x -> x.rminus(1)),
            Map.entry("rdivided_by_1", x -> x.rdividedBy(1))));

    private static final Map<String, BinaryOperator<Node>> TWO = new TreeMap<>(Map.of(
            "plus", Node::plus,
            "minus", Node::minus,
            "times", Node::times,
            "divided_by", Node::dividedBy,
            "pow", Node::pow,
            "maximum", Node::maximum,
            "minimum", Node::minimum));

    private static final Map<String, List<double[]>> ROWS = read();

    static List<String> ops() {
        return List.copyOf(ROWS.keySet());
    }

    @Test
    void theTableCoversEveryOp() {
        assertThat(ROWS.keySet()).containsAll(ONE.keySet()).containsAll(TWO.keySet());
        assertThat(ROWS).hasSize(ONE.size() + TWO.size());
        assertThat(ROWS.values()).allSatisfy(rows -> assertThat(rows).hasSizeGreaterThan(40));
    }

    @ParameterizedTest
    @MethodSource("ops")
    void agreesWithPyTorch(String op) {
        for (double[] row : Objects.requireNonNull(ROWS.get(op))) {
            if (ONE.containsKey(op)) {
                Node x = Node.of(row[0]);
                Node y = Objects.requireNonNull(ONE.get(op)).apply(x);
                y.backward();
                double slack = slack(op, row[0]);
                check(y.data(), row[1], slack * Math.max(1, Math.abs(row[0])), op + " value", row);
                check(x.grad(), row[2], slack, op + " gradient", row);
            } else {
                Node x = Node.of(row[0]);
                Node y = Node.of(row[1]);
                Node z = Objects.requireNonNull(TWO.get(op)).apply(x, y);
                z.backward();
                check(z.data(), row[2], 0, op + " value", row);
                check(x.grad(), row[3], 0, op + " gradient of first", row);
                check(y.grad(), row[4], 0, op + " gradient of second", row);
            }
        }
    }

    /**
     * Where PyTorch itself cancels, in 1 ± y with y near 1, its number is only good to an ulp of 1; elsewhere there is no
     * absolute slack.
     */
    private static double slack(String op, double x) {
        boolean saturates = switch (op) {
            case "tanh", "sigmoid" -> Math.abs(x) > 0.5;
            case "expm1" -> x < -0.5;
            case "gelu", "gelu_tanh" -> Math.abs(x) > 0.1;
            case "silu" -> Math.abs(x) > 1;
            default -> false;
        };
        return saturates && Double.isFinite(x) ? 2 * ULP * Math.max(1, Math.min(Math.abs(x), 40)) : 0;
    }

    private static void check(double actual, double expected, double absolute, String what, double[] row) {
        boolean agrees = Double.isNaN(expected)
                ? Double.isNaN(actual)
                : actual == expected
                        || Math.abs(actual - expected)
                                <= absolute + 4 * ULP * Math.abs(expected) + 2 * Double.MIN_VALUE;
        assertThat(agrees)
                .as("%s: expected %s, was %s in row %s", what, expected, actual, Arrays.toString(row))
                .isTrue();
    }

    private static Map<String, List<double[]>> read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(PyTorchTableTest.class.getResourceAsStream("pytorch-elementwise.csv")),
                StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(","))
                    .collect(Collectors.groupingBy(
                            fields -> fields[0],
                            TreeMap::new,
                            Collectors.mapping(PyTorchTableTest::numbers, Collectors.toList())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double[] numbers(String[] fields) {
        return Arrays.stream(fields)
                .skip(1)
                .mapToDouble(field -> switch (field) {
                    case "inf" -> Double.POSITIVE_INFINITY;
                    case "-inf" -> Double.NEGATIVE_INFINITY;
                    case "nan" -> Double.NaN;
                    default -> Double.parseDouble(field);
                })
                .toArray();
    }
}
