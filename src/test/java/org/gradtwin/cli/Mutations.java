package org.gradtwin.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Damages JSON texts as people, disks and other programs do; the same seed gives the same bytes. */
final class Mutations {
    private static final String PLACE = "a place for text that is no JSON";

    /** What stands where something else is expected. */
    private static final List<String> ODD = List.of(
            "null",
            "true",
            "-1",
            "0",
            "1e999",
            "1e-320",
            "1000000000",
            "2147483648",
            "9223372036854775808",
            "1" + "0".repeat(309),
            "1" + "0".repeat(2000),
            "NaN",
            "[]",
            "{}",
            "\"\"",
            "\" \"",
            "\"NaN\"",
            "\"A/../b\"",
            "\"/dev/zero\"",
            "\"*\"",
            "\"\\ud800\"",
            "\"\\u0000\\u001b[2J\"",
            "\"a\\nb\"",
            "\"" + "a".repeat(5000) + "\"",
            "\"y = " + "-".repeat(5968) + "x\"",
            "\"y = " + "(".repeat(3000) + "x" + ")".repeat(3000) + "\"",
            "\"y = x[(0,1)]\"",
            "\"(y) = x\"",
            "\"y = R'tanh'(x)\"",
            "\"y = x + " + "9".repeat(400) + "\"",
            "[4096, 4096]",
            "[[1], [2, 3]]",
            "[\"y = relu(x)\", \"y = relu(x)\"]",
            "[".repeat(600) + "]".repeat(600),
            "[".repeat(2000) + "]".repeat(2000),
            "{\"shape\": [4096, 4096], \"base64\": \"\"}",
            "{\"shape\": [0, 3], \"base64\": \"\"}",
            "{\"random\": {\"seed\": 1, \"shape\": [65536, 65536], \"distribution\": \"normal\"}}",
            "{\"foreach\": true}");

    private final Random random;

    Mutations(long seed) {
        random = new Random(seed);
    }

    /** One thing in the tree, which is changed, or in its text, is something else. */
    byte[] of(JsonNode tree) {
        if (random.nextInt(4) == 0) {
            return ofText(tree.toString());
        }
        List<Runnable> changes = new ArrayList<>();
        String odd = ODD.get(random.nextInt(ODD.size()));
        collect(tree, changes);
        if (!changes.isEmpty()) {
            changes.get(random.nextInt(changes.size())).run();
        }
        return tree.toString().replace('"' + PLACE + '"', odd).getBytes(StandardCharsets.UTF_8);
    }

    private void collect(JsonNode node, List<Runnable> changes) {
        if (node instanceof ObjectNode object) {
            for (String key : object.propertyNames()) {
                JsonNode value = object.get(key);
                changes.add(() -> object.put(key, PLACE));
                changes.add(() -> {
                    switch (random.nextInt(4)) {
                        case 0 -> object.remove(key);
                        case 1 -> object.set(key + "9", object.remove(key));
                        case 2 -> object.put(PLACE, 1);
                        default -> object.set(key, object.get(pick(object)));
                    }
                });
                collect(value, changes);
            }
        } else if (node instanceof ArrayNode array && !array.isEmpty()) {
            int at = random.nextInt(array.size());
            changes.add(() -> array.set(at, PLACE));
            changes.add(() -> array.add(array.get(at)));
            changes.add(() -> array.remove(at));
            collect(array.get(at), changes);
        }
    }

    private String pick(ObjectNode object) {
        List<String> keys = List.copyOf(object.propertyNames());
        return keys.get(random.nextInt(keys.size()));
    }

    private byte[] ofText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int at = random.nextInt(bytes.length);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> text.getBytes(StandardCharsets.UTF_16);
            case 2 -> text.getBytes(StandardCharsets.UTF_16LE);
            case 3 -> (text + text).getBytes(StandardCharsets.UTF_8);
            // An overlong form of a slash, or half of a character.
            case 4 -> with(bytes, at, (byte) 0xc0, (byte) 0xaf);
            case 5 -> with(bytes, at, (byte) 0xe2);
            default -> with(bytes, at, (byte) random.nextInt(256));
        };
    }

    private static byte[] with(byte[] bytes, int at, byte... in) {
        byte[] all = Arrays.copyOf(bytes, bytes.length + in.length);
        System.arraycopy(in, 0, all, at, in.length);
        System.arraycopy(bytes, at, all, at + in.length, bytes.length - at);
        return all;
    }
}
