package org.gradtwin.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.junit.jupiter.api.Test;

/** Holds the language and the shape rules against what PyTorch made of the same lines: {@code shapes.tsv}. */
class PyTorchShapesTest {
    /** A line, its inputs, and the shape of PyTorch's result or "refused". */
    private record Row(String line, Map<String, Type> inputs, String result) {
        static Row of(String text) {
            String[] fields = text.split("\t", -1);
            Map<String, Type> inputs = new LinkedHashMap<>();
            for (String input : fields[1].split(" ")) {
                DType dtype = Character.isUpperCase(input.charAt(0)) ? DType.INT64 : DType.FLOAT64;
                int[] dims = Stream.of(input.substring(2, input.length() - 1).split(","))
                        .filter(size -> !size.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
                inputs.put(input.substring(0, 1), new Type(dtype, Shape.of(dims), false));
            }
            return new Row(fields[0], inputs, fields[2]);
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(line);
            inputs.forEach((name, type) -> text.append(' ').append(name).append(type.shape()));
            return text.append(" is ")
                    .append(result)
                    .append(", here ")
                    .append(here())
                    .toString();
        }

        boolean refused() {
            return result.equals("refused");
        }

        String here() {
            try {
                Type type =
                        Program.parse(List.of("result = " + line)).infer(inputs).get("result");
                return Objects.requireNonNull(type).shape().toString();
            } catch (ProgramException e) {
                return "refused";
            }
        }
    }

    private static List<Row> rows() throws IOException {
        InputStream stream = PyTorchShapesTest.class.getResourceAsStream("shapes.tsv");
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(Objects.requireNonNull(stream), StandardCharsets.UTF_8))) {
            return reader.lines().map(Row::of).toList();
        }
    }

    @Test
    void whatPyTorchRefusesIsRefused() throws IOException {
        List<Row> refused = rows().stream().filter(Row::refused).toList();
        assertThat(refused).hasSizeGreaterThan(1000);
        assertThat(refused.stream().filter(row -> !row.here().equals("refused")))
                .isEmpty();
    }

    @Test
    void whatBothAcceptHasPyTorchsShape() throws IOException {
        List<Row> accepted = rows().stream()
                .filter(row -> !row.refused() && !row.here().equals("refused"))
                .toList();
        assertThat(accepted).hasSizeGreaterThan(1000);
        assertThat(accepted.stream().filter(row -> !row.here().equals(row.result())))
                .isEmpty();
    }

    /**
     * Values have at most two dimensions; numbers stand second in calls; a reduction is given by keyword; {@code .T} of a
     * vector, a class loss of one row with a target (1,), a bias of two dimensions, and a
     * negative smoothing are PyTorch's to tolerate.
     */
    private static final Set<String> STRICTER = Set.of(
            "add(2, x)",
            "sub(2, x)",
            "mul(2, x)",
            "div(2, x)",
            "add(x, True)",
            "x**True",
            "x.T",
            "softmax(x)",
            "softmax(x, dim=None)",
            "var(x, correction=None)",
            "logsumexp(x, dim=())",
            "mse_loss(x, x, 'sum')",
            "linear(x, y, z)",
            "linear(x, weight=y, bias=z)",
            "cross_entropy(x, T, label_smoothing=-0.1)");

    @Test
    void littleElseIsRefused() throws IOException {
        List<Row> refused = rows().stream()
                .filter(row -> !row.refused() && row.here().equals("refused"))
                .toList();
        assertThat(refused.stream()
                        .filter(row -> !STRICTER.contains(row.line()))
                        .filter(row -> !rankThree(row) && !row.inputs().containsValue(ONE_TARGET)))
                .isEmpty();
        assertThat(refused.stream().map(Row::line)).containsAll(STRICTER);
    }

    private static final Type ONE_TARGET = new Type(DType.INT64, Shape.of(1), false);

    private static boolean rankThree(Row row) {
        return row.result().chars().filter(c -> c == ',').count() > 1;
    }
}
