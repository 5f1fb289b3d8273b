package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.matrix.kernel.Kernels;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layers as programs: leaves, forward and backward on the matrix engine and in PyTorch, one thread each. Both are driven op by op
 * through the contract of engines, and both keep the gradient of every value.
 */
public final class ProgramBench {
    private final Rounds rounds;
    private final boolean quick;

    /** Programs in so many rounds. */
    public ProgramBench(Rounds rounds, boolean quick) {
        this.rounds = rounds;
        this.quick = quick;
    }

    /** A convolution, a normalization and a block of a transformer, in both types. */
    public List<Row> rows() {
        int batch = quick ? 1 : 32;
        List<Row> rows = new ArrayList<>();
        rows.addAll(rows("conv2d %d×3×32×32, 16 of 3×3".formatted(batch), convolution(batch), 1.3));
        rows.addAll(rows("batch_norm %d×16×32×32".formatted(batch), normalization(batch), 1.1));
        rows.addAll(rows("GPT block 8×64×128, 4 heads", quick ? block(1, 4, 8, 2) : block(8, 64, 128, 4), 1.1));
        return rows;
    }

    static Task convolution(int batch) {
        return task(
                List.of("y = conv2d(x, w, b)"),
                Map.of("x", Shape.of(batch, 3, 32, 32), "w", Shape.of(16, 3, 3, 3), "b", Shape.of(16)));
    }

    static Task normalization(int batch) {
        return task(
                List.of("y = batch_norm(x, None, None, w, b, training=True)"),
                Map.of("x", Shape.of(batch, 16, 32, 32), "w", Shape.of(16), "b", Shape.of(16)));
    }

    /** A block as nanoGPT has it: attention with a causal mask, then a perceptron, each behind a layer norm and beside a shortcut. */
    static Task block(int batch, int tokens, int width, int heads) {
        String split = "reshape(%d, %d, %d, %d).transpose(1, 2)".formatted(batch, tokens, heads, width / heads);
        return task(
                List.of(
                        "h = layer_norm(x, (%d,), g1, b1)".formatted(width),
                        "q, k, v = chunk(linear(h, wa, ba), 3, dim=-1)",
                        "s = q." + split + " @ k." + split + ".transpose(-2, -1) * "
                                + 1 / Math.sqrt(width / (double) heads),
                        "p = softmax(s.masked_fill(tril(ones_like(s)) == 0, float('-inf')), dim=-1)",
                        "a = (p @ v." + split + ").transpose(1, 2).reshape(%d, %d, %d)".formatted(batch, tokens, width),
                        "r = x + linear(a, wp, bp)",
                        "f = gelu(linear(layer_norm(r, (%d,), g2, b2), w1, c1))".formatted(width),
                        "y = r + linear(f, w2, c2)"),
                Map.ofEntries(
                        Map.entry("x", Shape.of(batch, tokens, width)),
                        Map.entry("g1", Shape.of(width)),
                        Map.entry("b1", Shape.of(width)),
                        Map.entry("wa", Shape.of(3 * width, width)),
                        Map.entry("ba", Shape.of(3 * width)),
                        Map.entry("wp", Shape.of(width, width)),
                        Map.entry("bp", Shape.of(width)),
                        Map.entry("g2", Shape.of(width)),
                        Map.entry("b2", Shape.of(width)),
                        Map.entry("w1", Shape.of(4 * width, width)),
                        Map.entry("c1", Shape.of(4 * width)),
                        Map.entry("w2", Shape.of(width, 4 * width)),
                        Map.entry("c2", Shape.of(width))));
    }

    private static Task task(List<String> lines, Map<String, Shape> shapes) {
        Map<String, Input> inputs = new TreeMap<>();
        for (Map.Entry<String, Shape> leaf : new TreeMap<>(shapes).entrySet()) {
            inputs.put(leaf.getKey(), new Input(uniform(leaf.getValue(), inputs.size()), true));
        }
        Program program = Program.parse(lines);
        Map<String, Type> types = new TreeMap<>();
        inputs.forEach((name, input) -> types.put(name, input.type(DType.FLOAT64)));
        Shape root = Objects.requireNonNull(program.infer(types).get("y")).shape();
        return new Task(program, inputs, "y", uniform(root, 99));
    }

    private static Tensor uniform(Shape shape, long seed) {
        double[] values = new SplittableRandom(seed)
                .doubles(shape.size())
                .map(u -> (float) (0.2 * (2 * u - 1)))
                .toArray();
        return Tensor.of(DType.FLOAT64, shape, values);
    }

    private List<Row> rows(String name, Task task, double bar) {
        List<Row> rows = new ArrayList<>();
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            TorchNetwork.threads(1);
            Kernels kernels = Kernels.best().withThreads(1);
            Task given = task.rounded(dtype);
            Map<String, Runnable> tasks = new LinkedHashMap<>();
            tasks.put("torch", () -> step(new TorchEngine(), given, dtype));
            tasks.put("autograd", () -> step(new MatrixEngine(() -> kernels), given, dtype));
            Times times = rounds.measure(tasks);
            String what = name + " " + dtype.torchName();
            rows.add(Row.told(
                    "matrix",
                    what + ": PyTorch",
                    "µs",
                    Times.Spread.of(times.of("torch")).times(1e-3)));
            rows.add(Row.told("matrix", what + ": autograd ÷ PyTorch", "", times.ratio("autograd", "torch"))
                    .atMost(bar, 0.85));
        }
        return rows;
    }

    private static void step(Engine engine, Task task, DType dtype) {
        try (Graph<?> graph = engine.newGraph(dtype)) {
            run(graph, task, dtype);
        }
    }

    private static <V> void run(Graph<V> graph, Task task, DType dtype) {
        Map<String, V> values = new HashMap<>();
        task.inputs().forEach((name, input) -> values.put(name, graph.leaf(input.in(dtype), input.requiresGrad())));
        for (Statement statement : task.program().statements()) {
            values.put(statement.name(), Objects.requireNonNull(value(graph, statement.expr(), values, dtype)));
        }
        graph.backward(Objects.requireNonNull(values.get(task.root())), task.cotangent());
    }

    private static <V> @Nullable V value(Graph<V> graph, @Nullable Expr expr, Map<String, V> values, DType dtype) {
        if (expr instanceof Expr.Name name) {
            return values.get(name.name());
        } else if (expr instanceof Expr.Number number) {
            return graph.leaf(Tensor.scalar(dtype, number.value()), false);
        } else if (expr instanceof Expr.Apply apply) {
            List<@Nullable V> operands = new ArrayList<>();
            apply.operands().forEach(operand -> operands.add(value(graph, operand, values, dtype)));
            return graph.apply(apply.op(), operands, apply.attributes());
        }
        return null;
    }
}
