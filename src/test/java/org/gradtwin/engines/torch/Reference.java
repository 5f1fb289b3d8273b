package org.gradtwin.engines.torch;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code reference-scripts/twin_reference.py} recorded from Python. */
record Reference(String cpuCapability, List<Row> rows) {

    /** A program, and what PyTorch makes of it. */
    record Row(String id, JsonNode json) {
        boolean refused() {
            return json.has("refused");
        }

        Task task() {
            Map<String, Input> inputs = new LinkedHashMap<>();
            json.get("inputs").properties().forEach(entry -> inputs.put(entry.getKey(), input(entry.getValue())));
            Program program = Program.parse(strings(json.get("program")).stream()
                    .reduce((a, b) -> a + "\n" + b)
                    .orElseThrow());
            String root =
                    program.statements().get(program.statements().size() - 1).name();
            Tensor cotangent = refused()
                    ? Tensor.scalar(DType.FLOAT64, 1)
                    : Tensor.of(
                            DType.FLOAT64,
                            shape(json.get("float64").get("value").get(root).get("shape")),
                            doubles(json.get("cotangent")));
            return new Task(program, inputs, root, cotangent);
        }

        Map<Quantity, Optional<Tensor>> expected(DType dtype) {
            Map<Quantity, Optional<Tensor>> expected = new LinkedHashMap<>();
            JsonNode results = json.get(dtype.torchName());
            results.get("value")
                    .properties()
                    .forEach(e -> expected.put(Quantity.value(e.getKey()), tensor(dtype, e.getValue())));
            results.get("grad")
                    .properties()
                    .forEach(e -> expected.put(Quantity.grad(e.getKey()), tensor(dtype, e.getValue())));
            return expected;
        }

        /** How far the versions of PyTorch are apart for this row. */
        long ulp(Quantity.Kind kind) {
            JsonNode ulp = json.get("ulp");
            return ulp == null ? 0 : ulp.get(kind.key()).asLong();
        }

        /** The smallest magnitude at which that distance is measured. */
        double scale() {
            JsonNode ulp = json.get("ulp");
            return ulp == null ? 0 : ulp.get("scale").asDouble();
        }

        @Override
        public String toString() {
            return id;
        }
    }

    static Reference read() {
        try (InputStream stream = Reference.class.getResourceAsStream("reference.json")) {
            JsonNode json = JsonMapper.builder().build().readTree(stream);
            List<Row> rows = StreamSupport.stream(json.get("rows").spliterator(), false)
                    .map(row -> new Row(row.get("id").asString(), row))
                    .toList();
            return new Reference(json.get("recorded").get("cpu_capability").asString(), rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Input input(JsonNode json) {
        Shape shape = shape(json.get("shape"));
        if (json.has("indices")) {
            long[] indices = IntStream.range(0, shape.size())
                    .mapToLong(i -> json.get("indices").get(i).asLong())
                    .toArray();
            return new Input(Tensor.indices(shape, indices), false);
        }
        return new Input(
                Tensor.of(DType.FLOAT64, shape, doubles(json.get("values"))),
                json.get("requires_grad").asBoolean());
    }

    private static Optional<Tensor> tensor(DType dtype, JsonNode json) {
        return json.isNull()
                ? Optional.empty()
                : Optional.of(Tensor.of(dtype, shape(json.get("shape")), doubles(json.get("values"))));
    }

    private static Shape shape(JsonNode json) {
        return Shape.of(
                IntStream.range(0, json.size()).map(i -> json.get(i).asInt()).toArray());
    }

    private static double[] doubles(JsonNode json) {
        return IntStream.range(0, json.size())
                .mapToDouble(i -> json.get(i).isString()
                        ? Double.parseDouble(json.get(i).asString())
                        : json.get(i).asDouble())
                .toArray();
    }

    private static List<String> strings(JsonNode json) {
        return StreamSupport.stream(json.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }
}
