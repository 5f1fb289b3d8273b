package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.matrix.Precision;
import org.gradtwin.matrix.kernel.Kernels;

/** Training steps: the matrix engine's tape, the closed forms and PyTorch, in both formats, on one thread and on two. */
public final class StepBench {
    private static final String GROUP = "matrix";
    private static final long PAUSE_MILLIS = 20;

    private final Rounds rounds;
    /** A task repeats its step until it has lasted about so many nanoseconds: microseconds cannot be timed one by one. */
    private final double taskNanos;

    /** Each step is repeated so many nanoseconds before anything is timed: the compiler wants thousands of short ones. */
    private final double warmUpNanos;

    /** Steps in so many rounds. */
    public StepBench(Rounds rounds, double taskNanos, double warmUpNanos) {
        this.rounds = rounds;
        this.taskNanos = taskNanos;
        this.warmUpNanos = warmUpNanos;
    }

    /** The rows of a problem: autograd and closed form ÷ PyTorch, plain ÷ vector kernels. */
    public List<Row> rows(Problem problem, int threads, double bar, double stretch) {
        List<Row> rows = new ArrayList<>();
        for (Precision precision : Precision.values()) {
            rows.addAll(rows(problem, precision, threads, bar, stretch));
        }
        return rows;
    }

    private List<Row> rows(Problem problem, Precision precision, int threads, double bar, double stretch) {
        String what = problem.name() + " " + precision.name().toLowerCase(Locale.ROOT)
                + (threads == 1 ? "" : ", " + threads + " threads");
        Kernels best = Kernels.best().withThreads(threads);
        boolean plainToo = threads == 1 && Kernels.vectorIsPresent();
        TorchNetwork.threads(threads);
        try (TorchNetwork torch = problem.torch(precision)) {
            Map<String, Problem.Step> steps = new LinkedHashMap<>();
            steps.put("torch", () -> torch.step(problem.rate()));
            steps.put("autograd", problem.autograd(precision, best));
            steps.put("closed form", problem.closedForm(precision, best));
            if (plainToo) {
                steps.put("plain", problem.autograd(precision, Kernels.plain().withThreads(1)));
                steps.put("vector", problem.autograd(precision, Kernels.vector().withThreads(1)));
            }
            Map<String, Integer> repeats = repeats(steps);
            Map<String, Runnable> tasks = new LinkedHashMap<>();
            steps.forEach((name, step) -> {
                if (threads > 1) {
                    tasks.put("pause before " + name, StepBench::pause);
                }
                tasks.put(name, repeated(step, repeats.getOrDefault(name, 1)));
            });
            Times raw = rounds.measure(tasks);
            Times times = perStep(raw, repeats);
            List<Row> rows = new ArrayList<>();
            rows.add(Row.told(GROUP, what + ": PyTorch", "µs", micros(times, "torch")));
            rows.add(Row.told(GROUP, what + ": autograd ÷ PyTorch", "", times.ratio("autograd", "torch"))
                    .atMost(bar, stretch));
            rows.add(Row.told(GROUP, what + ": closed form ÷ PyTorch", "", times.ratio("closed form", "torch")));
            if (plainToo) {
                rows.add(Row.told(GROUP, what + ": plain ÷ vector kernels", "", times.ratio("plain", "vector"))
                        .atMost(6, 4));
            }
            return rows;
        } finally {
            TorchNetwork.threads(1);
        }
    }

    private Map<String, Integer> repeats(Map<String, Problem.Step> steps) {
        Map<String, Integer> repeats = new LinkedHashMap<>();
        steps.forEach((name, step) -> {
            double least = Double.MAX_VALUE;
            long begin = System.nanoTime();
            for (int i = 0; i < 3 || System.nanoTime() - begin < warmUpNanos; i++) {
                long start = System.nanoTime();
                step.run();
                least = Math.min(least, (double) (System.nanoTime() - start));
            }
            repeats.put(name, (int) Math.max(1, Math.min(1000, taskNanos / least)));
        });
        return repeats;
    }

    /** PyTorch's idle threads spin for milliseconds, and would take a processor from the next task. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Runnable repeated(Problem.Step step, int repeats) {
        return () -> {
            for (int i = 0; i < repeats; i++) {
                double loss = step.run();
                if (Double.isNaN(loss)) {
                    throw new IllegalStateException("the loss of a training step is NaN");
                }
            }
        };
    }

    private static Times perStep(Times raw, Map<String, Integer> repeats) {
        Map<String, double[]> nanos = new LinkedHashMap<>();
        repeats.forEach((name, count) -> {
            double[] times = raw.of(name);
            for (int i = 0; i < times.length; i++) {
                times[i] /= count;
            }
            nanos.put(name, times);
        });
        return new Times(nanos);
    }

    private static Times.Spread micros(Times times, String task) {
        return Times.Spread.of(times.of(task)).times(1e-3);
    }
}
