package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** How many random programs of 20 ops a second PyTorch answers as the oracle: one by one, and with many inputs at once. */
public final class OracleBench {
    private static final int OPS = 20;
    private static final List<String> FORMS = List.of(
            "%s + %s", "%s - %s", "%s * %s", "tanh(%s) + %s", "sin(%s) * %s", "relu(%s) - %s", "sigmoid(%s) * %s");

    private final Rounds rounds;
    private final int programs;

    /** So many programs a round. */
    public OracleBench(Rounds rounds, int programs) {
        this.rounds = rounds;
        this.programs = programs;
    }

    /** Programs and (program, input) pairs a second, for each number of inputs. */
    public List<Row> rows(int... batches) {
        TorchEngine twin = new TorchEngine();
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        for (int batch : batches) {
            List<Task> work = new ArrayList<>();
            for (int seed = 0; seed < programs; seed++) {
                work.add(task(seed, batch));
            }
            tasks.put(String.valueOf(batch), () -> work.forEach(task -> Evaluator.evaluate(twin, task, DType.FLOAT64)));
        }
        Times times = rounds.measure(tasks);
        List<Row> rows = new ArrayList<>();
        for (int batch : batches) {
            Times.Spread seconds =
                    Times.Spread.of(times.of(String.valueOf(batch))).times(1e-9);
            String what = batch == 1
                    ? "oracle, programs a second, one input"
                    : "oracle, (program, input) pairs a second, %,d inputs".formatted(batch);
            rows.add(Row.told("oracle", what, "/s", seconds.reciprocal().times((double) programs * batch)));
        }
        return rows;
    }

    /** A random program of two inputs, every value and gradient of which is asked for. */
    static Task task(long seed, int batch) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> names = new ArrayList<>(List.of("x", "y"));
        List<String> lines = new ArrayList<>();
        // A form has one op or two.
        for (int ops = 0; ops < OPS; ) {
            String form = FORMS.get(random.nextInt(FORMS.size()));
            String last = names.get(names.size() - 1);
            String other = names.get(random.nextInt(names.size()));
            String name = "v" + lines.size();
            lines.add(name + " = " + form.formatted(last, other));
            names.add(name);
            ops += form.contains("(") ? 2 : 1;
        }
        Map<String, Input> inputs = new LinkedHashMap<>();
        for (String name : List.of("x", "y")) {
            double[] values = random.doubles(batch).map(u -> 2 * u - 1).toArray();
            Shape shape = batch == 1 ? Shape.of() : Shape.of(batch);
            inputs.put(name, new Input(Tensor.of(DType.FLOAT64, shape, values), true));
        }
        Shape shape = batch == 1 ? Shape.of() : Shape.of(batch);
        return new Task(
                Program.parse(lines), inputs, names.get(names.size() - 1), Tensor.full(DType.FLOAT64, shape, 1));
    }
}
