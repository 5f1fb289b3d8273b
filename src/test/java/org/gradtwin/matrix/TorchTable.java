package org.gradtwin.matrix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The table of PyTorch's own numbers, written by {@code torch_table.py}. */
final class TorchTable {
    private TorchTable() {}

    static List<JsonNode> rows() {
        JsonMapper mapper = JsonMapper.builder().build();
        InputStream resource = Objects.requireNonNull(TorchTable.class.getResourceAsStream("torch-table.json"));
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            int promised = mapper.readTree(reader.readLine()).get("cases").asInt();
            List<JsonNode> rows = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(mapper.readTree(line));
            }
            if (rows.size() != promised) {
                throw new IllegalStateException("table of %d rows has %d".formatted(promised, rows.size()));
            }
            return rows;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] integers(JsonNode array) {
        int[] values = new int[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asInt();
        }
        return values;
    }

    static double[] numbers(JsonNode array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = number(array.get(i));
        }
        return values;
    }

    static double number(JsonNode node) {
        return node.isString() ? Double.parseDouble(node.asString()) : node.asDouble();
    }
}
