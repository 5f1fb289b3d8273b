package org.gradtwin.engines.process;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A child that adds and multiplies numbers, and misbehaves over a program that holds the number 13. */
final class HostileChild {
    private static final double TRIGGER = 13;

    private static PrintStream out = System.out;

    private HostileChild() {}

    /** The command of such a child. */
    static String command(String mode) {
        return "'" + Path.of(System.getProperty("java.home"), "bin", "java")
                + "' -Xmx160m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '" + System.getProperty("java.class.path")
                + "' "
                + HostileChild.class.getName() + " " + mode;
    }

    public static void main(String[] arguments) throws Exception {
        String mode = arguments[0];
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode request = Answers.JSON.readTree(line);
            switch (request.path("cmd").asString()) {
                case "hello" -> say(hello());
                case "bye" -> {
                    return;
                }
                default -> answer(mode, request.path("programs").get(0));
            }
        }
    }

    private static void say(JsonNode answer) {
        out.print(answer + "\n");
        out.flush();
    }

    private static JsonNode hello() {
        return Answers.JSON.readTree("""
                {"protocol": 1, "name": "hostile", "version": "1", "language": "java", "level": "tensor",
                 "dtypes": ["float64"], "ops": {"add": {}, "mul": {}}, "intermediate_gradients": true}
                """);
    }

    private static void answer(String mode, JsonNode program) throws Exception {
        List<Double> values = new ArrayList<>();
        Map<Integer, int[]> products = new HashMap<>();
        for (JsonNode node : program.path("nodes")) {
            if (node.has("leaf")) {
                values.add(Bits.read(node.path("leaf"), "leaf", DType.FLOAT64, Shape.SCALAR)
                        .get(0));
            } else {
                int a = node.path("in").get(0).asInt();
                int b = node.path("in").get(1).asInt();
                products.put(values.size(), new int[] {a, b});
                values.add(values.get(a) * values.get(b));
            }
        }
        ObjectNode result = Answers.JSON.createObjectNode().put("id", 0);
        ObjectNode told = result.putObject("values");
        for (JsonNode id : program.path("want").path("values")) {
            told.set(id.toString(), Bits.write(Tensor.scalar(DType.FLOAT64, values.get(id.asInt()))));
        }
        int root = program.path("backward").path("root").asInt();
        ObjectNode grads = result.putObject("grads");
        for (JsonNode id : program.path("want").path("grads")) {
            int[] of = products.get(root);
            double grad = id.asInt() == root
                    ? 1
                    : (of[0] == id.asInt() ? values.get(of[1]) : 0) + (of[1] == id.asInt() ? values.get(of[0]) : 0);
            grads.set(id.toString(), Bits.write(Tensor.scalar(DType.FLOAT64, grad)));
        }
        ObjectNode answer = Answers.JSON.createObjectNode();
        answer.putArray("results").add(result);
        if (values.contains(TRIGGER)) {
            misbehave(mode, answer, result);
        } else {
            say(answer);
        }
    }

    private static void misbehave(String mode, ObjectNode answer, ObjectNode result) throws Exception {
        switch (mode) {
            case "crashes" -> {
                System.err.println("a last word");
                Runtime.getRuntime().halt(134);
            }
            case "exits" -> System.exit(0);
            case "hangs" -> Thread.sleep(600_000);
            case "floods" -> {
                while (!out.checkError()) {
                    out.print("x".repeat(1 << 16));
                }
            }
            case "babbles" -> {
                out.println("loss = 0.25");
                say(answer);
            }
            case "half" -> {
                out.print("{\"results\": [");
                out.flush();
                System.exit(0);
            }
            case "shape" -> {
                ((ObjectNode) result.path("values").path("1")).set("shape", Answers.JSON.valueToTree(new int[] {7}));
                say(answer);
            }
            case "dtype" -> {
                ((ObjectNode) result.path("values").path("1")).put("dtype", "float32");
                say(answer);
            }
            case "short" -> {
                ((ObjectNode) result.path("values").path("1")).put("bits", "AAAA");
                say(answer);
            }
            case "silent" -> {
                result.putObject("grads");
                say(answer);
            }
            case "twice" -> {
                say(answer);
                say(answer);
            }
            case "eats" -> {
                List<byte[]> eaten = new ArrayList<>();
                java.nio.ByteBuffer direct = java.nio.ByteBuffer.allocateDirect(1);
                while (direct != null) {
                    byte[] more = new byte[1 << 20];
                    java.util.Arrays.fill(more, (byte) 1);
                    eaten.add(more);
                    Thread.sleep(eaten.size() > 100 ? 600_000 : 1);
                }
            }
            case "leaves" -> {
                Process left = new ProcessBuilder("sleep", "600").inheritIO().start();
                System.err.println("left " + left.pid());
                Thread.sleep(300);
                Runtime.getRuntime().halt(3);
            }
            case "raises" -> {
                result.remove("grads");
                result.putObject("failed")
                        .put("class", "ZeroDivisionError")
                        .put("message", "division by zero")
                        .put("trace", "  File \"engine.py\", line 12, in backward");
                say(answer);
            }
            default -> throw new IllegalArgumentException(mode);
        }
    }
}
