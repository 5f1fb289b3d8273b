package org.gradtwin.engines.process;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engine.NotRefusedException;
import org.gradtwin.engine.Told;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A program for a child: nodes are written down as they come, and sent as a whole once it is known what is wanted. */
final class ProcessGraph implements Graph<ProcessGraph.Value> {
    private final ProcessEngine engine;
    private final Hello hello;
    private final DType dtype;
    private final List<Value> values = new ArrayList<>();
    private final ArrayNode nodes = Answers.JSON.createArrayNode();
    private final Map<Integer, Tensor> results = new HashMap<>();
    private final Map<Integer, Optional<Tensor>> gradients = new HashMap<>();
    private final @Nullable Shadow<?> shadow;
    private boolean planned;
    private @Nullable RuntimeException failure;
    /** The node from which on nothing was computed; all of them were if it is as large as can be. */
    private int broken = Integer.MAX_VALUE;

    /**
     * A node.
     *
     * @param type what the harness expects of it
     * @param constant the elements where they are no floating-point numbers
     * @param operands nodes that it depends on, as far as they require a gradient
     * @param probe the leaf of zeros that was added to it for the sake of its gradient
     */
    record Value(
            int id,
            Type type,
            @Nullable Tensor constant,
            List<Value> operands,
            @Nullable Value probe) {}

    /** A child said of a program that its operands do not fit. */
    private static final class Refusal extends IllegalArgumentException implements Told {
        private static final long serialVersionUID = 1L;

        Refusal(String words) {
            super("refused: " + words);
        }
    }

    ProcessGraph(ProcessEngine engine, Hello hello, DType dtype) {
        this.engine = engine;
        this.hello = hello;
        this.dtype = dtype;
        this.shadow = hello.ofNumbers() ? Shadow.empty() : null;
    }

    private Value node(ObjectNode node, Type type, @Nullable Tensor constant, List<Value> operands) {
        Value value = new Value(nodes.size(), type, constant, operands, null);
        nodes.add(node);
        values.add(value);
        return value;
    }

    @Override
    public Value leaf(Tensor value, boolean requiresGrad) {
        ObjectNode node = Answers.JSON.createObjectNode();
        node.set("leaf", Bits.write(value));
        node.put("grad", requiresGrad);
        Type type = new Type(value.dtype(), value.shape(), requiresGrad);
        if (shadow != null) {
            shadow.leaf(value);
        }
        return node(node, type, value.dtype().isFloating() ? null : value, List.of());
    }

    @Override
    public Value apply(Op op, List<@Nullable Value> operands, Attributes attributes) {
        List<@Nullable Type> types = new ArrayList<>();
        List<@Nullable Tensor> constants = new ArrayList<>();
        List<Value> parents = new ArrayList<>();
        for (Value operand : operands) {
            types.add(operand == null ? null : operand.type());
            constants.add(operand == null ? null : operand.constant());
            if (operand != null && operand.type().requiresGrad() && op.isDifferentiable()) {
                parents.add(operand);
            }
        }
        Optional<String> lack = hello.lack(op, types, attributes);
        Type type;
        try {
            type = op.checkedType(types, attributes, constants, dtype);
        } catch (IllegalArgumentException e) {
            if (lack.isPresent()) {
                throw e;
            }
            return refused(Nodes.apply(op, operands, attributes), e);
        }
        if (type.dtype() == DType.INT64) {
            // Indices have no gradient, and what is picked by them has to be known here.
            return Lowering.apply(this, new Call(op, types, attributes), operands, dtype);
        }
        if (lack.isEmpty()) {
            if (shadow != null) {
                List<@Nullable Integer> ids = new ArrayList<>();
                operands.forEach(operand -> ids.add(operand == null ? null : operand.id()));
                shadow.apply(op, ids, attributes);
            }
            return node(Nodes.apply(op, operands, attributes), type, null, parents);
        }
        if (op.isPrimitive()) {
            throw new UnsupportedOpException(op, lack.get());
        }
        return Lowering.apply(this, new Call(op, types, attributes), operands, dtype);
    }

    /** What PyTorch refuses is asked of the child at once, so that its refusal is told where it belongs. */
    private Value refused(ObjectNode node, IllegalArgumentException expected) {
        nodes.add(node);
        ArrayNode wanted = Answers.JSON.createArrayNode().add(nodes.size() - 1);
        ObjectNode want = Answers.JSON.createObjectNode();
        want.set("values", wanted);
        want.set("grads", Answers.JSON.createArrayNode());
        JsonNode answer = engine.run(program().set("want", want), 0);
        if (answer.has("refused") || answer.has("failed") || answer.has("unsupported")) {
            JsonNode said = answer.has("refused") ? answer.path("refused") : answer.path("failed");
            throw new IllegalArgumentException(words(said), expected);
        }
        throw new NotRefusedException(String.valueOf(expected.getMessage()));
    }

    /** Whether the child has an op, as far as operands are numbers. */
    boolean has(Op op, Attributes attributes) {
        return hello.lack(op, List.of(), attributes).isEmpty();
    }

    /** An engine that gives gradients of leaves alone gets a leaf of zeros added; −0.0, for x + 0.0 would lose a −0.0. */
    @Override
    public Value retainGrad(Value value) {
        if (hello.intermediateGradients()) {
            return value;
        }
        Value probe = leaf(Tensor.full(dtype, value.type().shape(), -0.0), true);
        Value sum = apply(Ops.of("add"), List.of(value, probe), Attributes.NONE);
        Value probed = new Value(sum.id(), sum.type(), null, sum.operands(), probe);
        values.set(sum.id(), probed);
        return probed;
    }

    private ObjectNode program() {
        ObjectNode program = Answers.JSON.createObjectNode().put("id", 0).put("dtype", dtype.torchName());
        program.set("nodes", nodes);
        return program;
    }

    @Override
    public void plan(List<Value> wanted, Value root, Tensor cotangent, List<Value> of) {
        planned = true;
        Set<Integer> read = new LinkedHashSet<>();
        wanted.forEach(value -> read.add(value.id()));
        Set<Integer> differentiated = new LinkedHashSet<>();
        of.forEach(value -> differentiated.add(leafOf(value).id()));
        long elements = 0;
        ObjectNode want = Answers.JSON.createObjectNode();
        ArrayNode ids = want.putArray("values");
        for (int id : read) {
            ids.add(id);
            elements += values.get(id).type().shape().size();
        }
        ids = want.putArray("grads");
        for (int id : differentiated) {
            ids.add(id);
            elements += values.get(id).type().shape().size();
        }
        ObjectNode program = program();
        ObjectNode backward = program.putObject("backward").put("root", root.id());
        backward.set("cotangent", Bits.write(cotangent));
        program.set("want", want);
        JsonNode answer = engine.run(program, elements);
        if (answer.path("id").asInt(-1) != 0) {
            throw new ChildFault("answered program " + answer.path("id") + ", not 0");
        }
        for (String kind : List.of("unsupported", "refused", "failed")) {
            if (answer.has(kind)) {
                stopped(kind, answer.path(kind), root);
            }
        }
        for (int id : read) {
            if (told(answer, id)) {
                results.put(id, valueOf(answer, values.get(id)));
            }
        }
        if (failure == null) {
            Set<Value> reached = reached(root);
            for (int id : differentiated) {
                gradients.put(id, gradient(answer, values.get(id), reached));
            }
        }
    }

    private void stopped(String kind, JsonNode said, Value root) {
        if (kind.equals("unsupported")) {
            // A lack of something else than an op is told of the one that it shows at, at the latest the root.
            JsonNode node = nodes.path(said.path("node").asInt(root.id()));
            throw new UnsupportedOpException(
                    Ops.of(node.path("op")
                            .asString(nodes.path(root.id()).path("op").asString())),
                    words(said));
        }
        String words = words(said);
        failure = kind.equals("refused") ? new Refusal(words) : new StrangerException(words);
        broken = said.path("node").isInt() ? said.path("node").asInt() : Integer.MAX_VALUE;
    }

    /** What a child said of a program, in its own words: class, message and where it was thrown, the first line of its trace that says so. */
    private static String words(JsonNode said) {
        String type = said.path("class").asString("");
        String message = said.path("message").asString(said.path("why").asString(""));
        String where = said.path("trace")
                .asString("")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .map(line -> " (" + line + ")")
                .orElse("");
        return Answers.cut((type.isEmpty() ? "" : type + ": ") + message + where);
    }

    private Optional<Tensor> gradient(JsonNode answer, Value of, Set<Value> reached) {
        String what = "the gradient of node " + of.id();
        JsonNode grads = answer.path("grads");
        String key = Integer.toString(of.id());
        if (!grads.has(key)) {
            throw new ChildFault("gave no gradient of node " + of.id() + ": null if the root does not depend on it");
        }
        if (grads.path(key).isNull()) {
            return Optional.empty();
        }
        Tensor gradient = Bits.read(grads.path(key), what, dtype, of.type().shape());
        boolean zero = true;
        for (int i = 0; i < gradient.size(); i++) {
            zero &= gradient.get(i) == 0;
        }
        // An engine that gives zeros for "no dependence" is taken at its word: the program tells which of them are.
        return zero && !hello.tellsDependence() && !reached.contains(of) ? Optional.empty() : Optional.of(gradient);
    }

    private static Set<Value> reached(Value root) {
        Set<Value> reached = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Value> open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            Value value = open.remove(open.size() - 1);
            if (reached.add(value)) {
                open.addAll(value.operands());
            }
        }
        return reached;
    }

    private static Value leafOf(Value value) {
        return value.probe() == null ? value : value.probe();
    }

    /** Before everything is known, for an op that goes by values, what the child makes of the program so far. */
    private void runSoFar() {
        ObjectNode want = Answers.JSON.createObjectNode();
        ArrayNode ids = want.putArray("values");
        want.putArray("grads");
        long elements = 0;
        for (Value value : values) {
            if (!results.containsKey(value.id())) {
                ids.add(value.id());
                elements += value.type().shape().size();
            }
        }
        JsonNode answer = engine.run(program().set("want", want), elements);
        for (String kind : List.of("unsupported", "refused", "failed")) {
            if (answer.has(kind)) {
                stopped(kind, answer.path(kind), values.get(values.size() - 1));
            }
        }
        for (Value value : values) {
            if (told(answer, value.id()) && !results.containsKey(value.id())) {
                results.put(value.id(), valueOf(answer, value));
            }
        }
    }

    /** Whether a value is to be read: before the node that failed, if one did, and of a child that failed what it has. */
    private boolean told(JsonNode answer, int id) {
        return id < broken && (failure == null || answer.path("values").has(Integer.toString(id)));
    }

    private static Tensor valueOf(JsonNode answer, Value value) {
        JsonNode node = answer.path("values").path(Integer.toString(value.id()));
        if (!node.isObject()) {
            throw new ChildFault("gave no value of node " + value.id());
        }
        return Bits.read(
                node,
                "the value of node " + value.id(),
                value.type().dtype(),
                value.type().shape());
    }

    @Override
    public Tensor value(Value value) {
        if (!planned && shadow != null) {
            return shadow.value(value.id());
        }
        if (!planned && !results.containsKey(value.id())) {
            runSoFar();
        }
        Tensor result = results.get(value.id());
        if (result == null) {
            throw failure == null ? new IllegalStateException("the program was not run") : failure;
        }
        return result;
    }

    /** The program was sent with its cotangent. */
    @Override
    public void backward(Value root, Tensor cotangent) {
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public Optional<Tensor> gradient(Value value) {
        Optional<Tensor> gradient = gradients.get(leafOf(value).id());
        if (gradient == null) {
            throw failure == null ? new IllegalStateException("the program was not run") : failure;
        }
        return gradient;
    }
}
