package org.gradtwin.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.gradtwin.engine.Quantity.Kind;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of PyTorch's own numbers, {@code pytorch-programs.json}; the script beside it wrote it. */
final class PyTorchPrograms {
    private PyTorchPrograms() {}

    /** A program and what PyTorch made of it. */
    record Case(String id, Task task, Map<DType, Map<Quantity, Optional<Tensor>>> expected) {
        @Override
        public String toString() {
            return id;
        }
    }

    static List<Case> read() {
        try (InputStream in = Objects.requireNonNull(
                PyTorchPrograms.class.getResourceAsStream("pytorch-programs.json"), "pytorch-programs.json")) {
            List<Case> cases = new ArrayList<>();
            for (JsonNode node : JsonMapper.shared().readTree(in).get("cases")) {
                cases.add(read(node));
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Case read(JsonNode node) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : node.get("inputs").properties()) {
            String kind = entry.getValue().get("kind").asString();
            DType dtype = kind.equals("indices") ? DType.INT64 : DType.FLOAT64;
            inputs.put(entry.getKey(), new Input(tensor(entry.getValue(), dtype), kind.equals("grad")));
        }
        String text = node.get("program").valueStream().map(JsonNode::asString).collect(Collectors.joining("\n"));
        Task task = new Task(
                Program.parse(text), inputs, node.get("of").asString(), tensor(node.get("cotangent"), DType.FLOAT64));
        Map<DType, Map<Quantity, Optional<Tensor>>> expected = new EnumMap<>(DType.class);
        for (DType dtype : List.of(DType.FLOAT64, DType.FLOAT32)) {
            Map<Quantity, Optional<Tensor>> quantities = new LinkedHashMap<>();
            for (Kind kind : Kind.values()) {
                node.get(dtype.torchName())
                        .get(kind.key())
                        .properties()
                        .forEach(entry -> quantities.put(
                                new Quantity(kind, entry.getKey()),
                                entry.getValue().isNull()
                                        ? Optional.empty()
                                        : Optional.of(tensor(entry.getValue(), dtype))));
            }
            expected.put(dtype, quantities);
        }
        return new Case(node.get("id").asString(), task, expected);
    }

    private static Tensor tensor(JsonNode node, DType dtype) {
        Shape shape = Shape.of(
                node.get("shape").valueStream().mapToInt(JsonNode::asInt).toArray());
        if (dtype == DType.INT64) {
            return Tensor.indices(
                    shape,
                    node.get("data").valueStream().mapToLong(JsonNode::asLong).toArray());
        }
        return Tensor.of(
                dtype,
                shape,
                node.get("data")
                        .valueStream()
                        .mapToDouble(
                                number -> number.isString() ? Double.parseDouble(number.asString()) : number.asDouble())
                        .toArray());
    }
}
