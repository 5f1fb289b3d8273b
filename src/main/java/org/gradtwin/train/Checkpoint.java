package org.gradtwin.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Shape;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A network's sizes and parameters as JSON. Numbers are the shortest decimals that give them back, so that what is
 * loaded is what was saved, bit for bit, and the same network is the same text.
 *
 * @param architecture of the network
 * @param parameters row-major, by name
 */
public record Checkpoint(Architecture architecture, Map<String, double[]> parameters) {
    private static final String FORMAT = "gradtwin-model-1";

    /** An immutable copy. */
    public Checkpoint {
        Map<String, double[]> copy = new LinkedHashMap<>();
        parameters.forEach((name, values) -> copy.put(name, values.clone()));
        parameters = Collections.unmodifiableMap(copy);
    }

    /** The network as it is now. */
    public static Checkpoint of(Network network) {
        Map<String, double[]> parameters = new LinkedHashMap<>();
        network.parameters().forEach((name, block) -> parameters.put(name, block.values()));
        return new Checkpoint(network.architecture(), parameters);
    }

    /**
     * Sets a network's parameters.
     *
     * @throws IllegalArgumentException if it is another network
     */
    public void restore(Network network) {
        if (!network.architecture().equals(architecture)) {
            throw new IllegalArgumentException("a checkpoint of " + architecture + " for " + network.architecture());
        }
        network.load(parameters);
    }

    /** The text. */
    public String toJson() {
        StringJoiner members = new StringJoiner(",\n", "{\n", "\n}\n");
        members.add("  \"format\": \"" + FORMAT + "\"");
        members.add("  \"inputs\": " + architecture.inputs());
        members.add("  \"outputs\": " + Arrays.toString(architecture.outputs()));
        members.add("  \"activation\": \"" + architecture.activation() + "\"");
        StringJoiner arrays = new StringJoiner(",\n", "{\n", "\n  }");
        parameters.forEach((name, values) -> {
            StringJoiner numbers = new StringJoiner(", ", "[", "]");
            for (double value : values) {
                if (!Double.isFinite(value)) {
                    throw new IllegalStateException(name + " holds " + value + ", which JSON cannot");
                }
                numbers.add(Decimals.shortest(value, DType.FLOAT64));
            }
            arrays.add("    \"" + name + "\": " + numbers);
        });
        return members.add("  \"parameters\": " + arrays).toString();
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is no checkpoint
     */
    public static Checkpoint parse(String json) {
        try {
            JsonNode root = JsonMapper.shared().readTree(json);
            if (!root.path("format").asString("").equals(FORMAT)) {
                throw new IllegalArgumentException("checkpoint: the format is not " + FORMAT);
            }
            List<Integer> outputs = new ArrayList<>();
            root.path("outputs").forEach(size -> outputs.add(size.asInt()));
            Architecture architecture = new Architecture(
                    root.path("inputs").asInt(),
                    outputs.stream().mapToInt(Integer::intValue).toArray(),
                    Activation.of(root.path("activation").asString("")));
            Map<String, double[]> parameters = new LinkedHashMap<>();
            architecture
                    .shapes()
                    .forEach((name, shape) -> parameters.put(
                            name, numbers(name, root.path("parameters").path(name), shape)));
            return new Checkpoint(architecture, parameters);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("checkpoint: " + e.getOriginalMessage(), e);
        }
    }

    private static double[] numbers(String name, JsonNode array, Shape shape) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asDouble();
        }
        if (values.length != shape.size()) {
            throw new IllegalArgumentException(
                    "checkpoint: " + name + " has " + values.length + " numbers, " + shape.size() + " are needed");
        }
        return values;
    }
}
