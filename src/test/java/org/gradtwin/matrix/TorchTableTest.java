package org.gradtwin.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/**
 * Holds every op to PyTorch's own values and gradients, special values included. An element agrees within 8 units of
 * the format's epsilon relative to itself, and within as many units absolutely as its row grants, scaled by the
 * largest cotangent, where sums cancel; NaN agrees with NaN only, an infinity with itself only.
 */
class TorchTableTest {
    private static final int ULPS = 8;

    @TestFactory
    Stream<DynamicTest> agreesWithPyTorch() {
        Map<String, List<JsonNode>> groups = new LinkedHashMap<>();
        for (JsonNode row : TorchTable.rows()) {
            String name = row.get("op").asString() + " " + row.get("dtype").asString();
            groups.computeIfAbsent(name, key -> new ArrayList<>()).add(row);
        }
        return Stream.of(Kernels.plain(), Kernels.best())
                .flatMap(kernels -> groups.entrySet().stream()
                        .map(group -> DynamicTest.dynamicTest(
                                group.getKey() + " (" + group.getValue().size() + " rows, " + kernels.name() + ")",
                                () -> check(group.getValue(), kernels))));
    }

    private static void check(List<JsonNode> rows, Kernels kernels) {
        List<String> problems = new ArrayList<>();
        for (JsonNode row : rows) {
            problems.addAll(problems(row, kernels));
        }
        assertThat(problems).isEmpty();
    }

    private static List<String> problems(JsonNode row, Kernels kernels) {
        String op = row.get("op").asString();
        Precision precision = Precision.valueOf(row.get("dtype").asString().toUpperCase(Locale.ROOT));
        double epsilon = precision == Precision.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
        Graph graph = new Graph(precision, kernels);
        List<Matrix> inputs = new ArrayList<>();
        List<double[]> given = new ArrayList<>();
        for (JsonNode input : row.get("inputs")) {
            double[] values = TorchTable.numbers(input.get("values"));
            given.add(values);
            inputs.add(graph.leaf(
                    Shape.of(TorchTable.integers(input.get("shape"))),
                    values,
                    input.get("grad").asBoolean()));
        }
        Matrix y = TorchOps.apply(op, inputs, row.get("attributes"));
        double[] cotangent = TorchTable.numbers(row.get("cotangent"));
        y.backward(cotangent);

        String what = row.get("attributes").toString() + " " + row.get("inputs");
        List<String> problems = new ArrayList<>();
        if (!y.shape().equals(Shape.of(TorchTable.integers(row.get("shape"))))) {
            problems.add("shape %s of %s, expected %s".formatted(y.shape(), what, row.get("shape")));
            return problems;
        }
        double atol = row.get("atol").asDouble() * epsilon;
        compare("value", y.values(), TorchTable.numbers(row.get("value")), epsilon, atol, what, problems);
        double largest = 0;
        for (double g : cotangent) {
            largest = Math.max(largest, Math.abs(g));
        }
        for (int i = 0; i < inputs.size(); i++) {
            Matrix input = inputs.get(i);
            double[] gradient = input.grad();
            JsonNode expected = row.get("grads").get(i);
            if (gradient == null || expected.isNull()) {
                if ((gradient == null) != expected.isNull()) {
                    problems.add(
                            "grad %d of %s: present %s, expected %s".formatted(i, what, gradient != null, expected));
                }
                continue;
            }
            compare("grad " + i, gradient, TorchTable.numbers(expected), epsilon, atol * largest, what, problems);
            for (int j = 0; j < given.get(i).length; j++) {
                double before = precision.round(given.get(i)[j]);
                if (Double.doubleToLongBits(before) != Double.doubleToLongBits(input.values()[j])) {
                    problems.add("input %d of %s was modified".formatted(i, what));
                }
            }
        }
        return problems;
    }

    private static void compare(
            String quantity,
            double[] actual,
            double[] expected,
            double epsilon,
            double atol,
            String what,
            List<String> problems) {
        if (actual.length != expected.length) {
            problems.add(
                    "%s of %s: %d elements, expected %d".formatted(quantity, what, actual.length, expected.length));
            return;
        }
        for (int i = 0; i < actual.length; i++) {
            double a = actual[i];
            double e = expected[i];
            boolean same = a == e || (Double.isNaN(a) && Double.isNaN(e));
            boolean close = Math.abs(a - e) <= atol + ULPS * epsilon * Math.abs(e) && Double.isFinite(e);
            if (!same && !close) {
                problems.add("%s[%d]: expected %s but was %s (%.1f epsilon), %s"
                        .formatted(quantity, i, e, a, Math.abs(a - e) / epsilon / Math.abs(e), what));
            }
        }
    }
}
