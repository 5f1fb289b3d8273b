package org.gradtwin.engines.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Patience;
import org.gradtwin.engine.Thrown;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The protocol's side for an engine in Java: a child that answers for a class on its class path. */
public final class EngineServer {
    /** Where answers go: what native code prints goes to standard output, past {@link System#out}, and that is standard error. */
    private static final String ANSWERS = "/dev/fd/3";

    /** Lines of a trace that say where. */
    private static final int FRAMES = 3;

    private final Engine engine;

    private EngineServer(Engine engine) {
        this.engine = engine;
    }

    /**
     * An engine of a class in a Java of its own, with the class path and the options of this one.
     *
     * @param main the class whose main method serves the class that it is named, and answers into the file that it is named besides
     * @param type the engine's class
     * @throws EngineUnavailableException if it does not start
     */
    public static ProcessEngine start(Class<?> main, Class<?> type, Limits limits) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Small programs are over before the optimizing compiler and the threads of the collector have paid for
        // themselves.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        // What the manifest of the jar opens, to the module of the vector kernels alone.
        command.addAll(List.of("--add-exports", "java.base/jdk.internal.module=ALL-UNNAMED"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-D") || option.startsWith("-X") || option.startsWith("--"))
                .forEach(command::add);
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        command.addAll(List.of("-cp", classPath, main.getName(), type.getName()));
        String line = command.stream().map(Shell::quoted).collect(Collectors.joining(" "));
        if (Shell.IS_UNIX) {
            line = line + " " + ANSWERS + " 3>&1 1>&2";
        }
        return new ProcessEngine("", line, Path.of("").toAbsolutePath(), Map.of(), limits);
    }

    /**
     * Answers for a class until it is told bye.
     *
     * @param type the name of the class
     * @param out what nothing else is written to
     * @throws EngineUnavailableException if there is no such engine, or it cannot be made
     */
    public static void serve(String type, InputStream requests, PrintStream out) throws IOException {
        EngineServer server;
        try {
            server = new EngineServer(
                    DescribedEngine.ofClass(Class.forName(type).asSubclass(Engine.class), Patience.LIMIT));
        } catch (ClassNotFoundException | ClassCastException e) {
            throw new EngineUnavailableException("there is no engine " + type + ": " + e.getMessage(), e);
        }
        MappingIterator<JsonNode> in = Answers.JSON.readerFor(JsonNode.class).readValues(requests);
        while (in.hasNext()) {
            JsonNode request = in.next();
            String command = request.path("cmd").asString();
            if (command.equals("bye")) {
                break;
            }
            JsonNode answer = command.equals("hello") ? server.hello() : server.run(request.path("programs"));
            out.write(Answers.JSON.writeValueAsBytes(answer));
            out.write('\n');
            out.flush();
        }
    }

    private ObjectNode hello() {
        ObjectNode hello = Answers.JSON.createObjectNode();
        String description = engine.description();
        hello.put("protocol", 1).put("name", engine.name());
        hello.put("version", description.isBlank() ? "in Java" : description).put("language", "java");
        hello.put("level", "tensor").put("intermediate_gradients", true).put("dependence", "null");
        hello.put("conventions", engine.claimsPyTorch() ? "pytorch" : "own");
        engine.dtypes().forEach(dtype -> hello.withArray("dtypes").add(dtype.torchName()));
        // What it lacks, or lowers, it says itself.
        Ops.all().forEach(op -> hello.withObject("ops").putObject(op.id()));
        return hello;
    }

    private ObjectNode run(JsonNode programs) {
        ObjectNode answer = Answers.JSON.createObjectNode();
        ArrayNode results = answer.putArray("results");
        for (JsonNode program : programs) {
            ObjectNode result = results.addObject();
            result.set("id", program.path("id"));
            DType dtype = DType.of(program.path("dtype").asString());
            try (Graph<?> graph = engine.newGraph(dtype)) {
                new Answer<>(graph, program, result).run();
            } catch (Throwable e) {
                failed(result, -1, e);
            }
        }
        return answer;
    }

    private static void failed(ObjectNode result, int node, Throwable thrown) {
        String kind = thrown instanceof UnsupportedOpException
                ? "unsupported"
                : thrown instanceof IllegalArgumentException && node >= 0 ? "refused" : "failed";
        ObjectNode said = result.putObject(kind);
        if (node >= 0) {
            said.put("node", node);
        }
        if (kind.equals("failed")) {
            said.put("class", thrown.getClass().getName()).put("message", Thrown.message(thrown));
            said.put(
                    "trace",
                    Arrays.stream(thrown.getStackTrace())
                            .limit(FRAMES)
                            .map(StackTraceElement::toString)
                            .collect(Collectors.joining("\n")));
        } else {
            String op =
                    thrown instanceof UnsupportedOpException lack ? lack.op().id() + ": " : "";
            String why = Thrown.message(thrown);
            said.put("why", why.startsWith(op) ? why.substring(op.length()) : why);
        }
    }

    /** The answer to one program. */
    private static final class Answer<V> {
        private final Graph<V> graph;
        private final JsonNode program;
        private final ObjectNode result;
        private final List<V> made = new ArrayList<>();

        Answer(Graph<V> graph, JsonNode program, ObjectNode result) {
            this.graph = graph;
            this.program = program;
            this.result = result;
        }

        void run() {
            JsonNode want = program.path("want");
            Set<Integer> differentiated = new HashSet<>();
            want.path("grads").forEach(id -> differentiated.add(id.asInt()));
            int node = -1;
            try {
                for (JsonNode given : program.path("nodes")) {
                    node++;
                    V value = given.has("op") ? applied(given) : leaf(given);
                    made.add(given.has("op") && differentiated.contains(node) ? graph.retainGrad(value) : value);
                }
                node = -1;
                JsonNode backward = program.path("backward");
                Tensor cotangent = backward.isObject() ? Bits.given(backward.path("cotangent")) : null;
                if (cotangent != null) {
                    V root = made.get(backward.path("root").asInt());
                    graph.plan(values(want.path("values")), root, cotangent, values(want.path("grads")));
                }
                ObjectNode told = result.putObject("values");
                for (JsonNode id : want.path("values")) {
                    node = id.asInt();
                    told.set(id.toString(), Bits.write(graph.value(made.get(node))));
                }
                node = -1;
                if (cotangent != null) {
                    backward(made.get(backward.path("root").asInt()), cotangent, want.path("grads"));
                }
            } catch (Throwable e) {
                failed(result, node, e);
            }
        }

        private void backward(V root, Tensor cotangent, JsonNode ids) {
            graph.backward(root, cotangent);
            ObjectNode grads = Answers.JSON.createObjectNode();
            for (JsonNode id : ids) {
                Optional<Tensor> gradient = graph.gradient(made.get(id.asInt()));
                grads.set(id.toString(), gradient.<JsonNode>map(Bits::write).orElseGet(() -> Answers.JSON.nullNode()));
            }
            result.set("grads", grads);
        }

        private List<V> values(JsonNode ids) {
            List<V> values = new ArrayList<>();
            ids.forEach(id -> values.add(made.get(id.asInt())));
            return values;
        }

        private V leaf(JsonNode node) {
            return graph.leaf(Bits.given(node.path("leaf")), node.path("grad").asBoolean(false));
        }

        private V applied(JsonNode node) {
            Op op = Ops.of(node.path("op").asString());
            List<@Nullable V> operands = new ArrayList<>();
            node.path("in").forEach(id -> operands.add(id.isNull() ? null : made.get(id.asInt())));
            return graph.apply(op, operands, Nodes.attributes(node.path("at")));
        }
    }
}
