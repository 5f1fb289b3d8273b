package org.gradtwin.engines.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many graphs: on several threads at once none is wrong, and all give their memory back. */
class TorchLoadTest {
    private static final List<Task> TASKS = FixtureSet.bundled("composition/*").select("composition/graph-*").stream()
            .map(one -> one.given().task())
            .toList();

    @Test
    void twoThreadsTimes500GraphsNoneWrong() throws Exception {
        TorchEngine engine = new TorchEngine();
        Map<Task, Map<Quantity, Optional<Tensor>>> alone = new LinkedHashMap<>();
        TASKS.forEach(task -> alone.put(task, results(engine, task)));
        Callable<Integer> worker = () -> {
            int wrong = 0;
            for (int i = 0; i < 500; i++) {
                Task task = TASKS.get(i % TASKS.size());
                wrong += results(engine, task).equals(alone.get(task)) ? 0 : 1;
            }
            return wrong;
        };
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<Integer>> wrong = threads.invokeAll(List.of(worker, worker));
            assertThat(wrong.get(0).get()).isZero();
            assertThat(wrong.get(1).get()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsFlatOver2000Programs() throws IOException {
        assertFlat(2_000);
    }

    @Test
    @Tag("slow")
    @EnabledOnOs(OS.LINUX)
    void memoryIsFlatOver100000Programs() throws IOException {
        assertFlat(100_000);
    }

    /** One leaked float64 matrix of 128 × 128 in every second program would be 128 MB over 2,000 programs. */
    private static void assertFlat(int programs) throws IOException {
        TorchEngine engine = new TorchEngine();
        Task large = largeTask();
        run(engine, large, programs / 4);
        long before = nativeKilobytes();
        run(engine, large, programs);
        long growth = nativeKilobytes() - before;
        assertThat(growth).as("kB grown over %d programs", programs).isLessThan(60_000);
    }

    private static void run(TorchEngine engine, Task large, int programs) {
        for (int i = 0; i < programs; i++) {
            Task task = i % 2 == 0 ? large : TASKS.get(i / 2 % TASKS.size());
            assertThat(results(engine, task)).isNotEmpty();
        }
    }

    private static Map<Quantity, Optional<Tensor>> results(TorchEngine engine, Task task) {
        return Evaluator.evaluate(engine, task, DType.FLOAT64).quantities();
    }

    /** Its matrices stay in PyTorch: only small values and gradients reach Java. */
    private static Task largeTask() {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("x", new Input(Tensor.full(DType.FLOAT64, Shape.of(128, 1), 0.5), true));
        inputs.put("w", new Input(Tensor.full(DType.FLOAT64, Shape.of(1, 128), 0.25), true));
        Program program = Program.parse("y = sum(logsumexp(silu(x @ w)[:, 1:] * 2, dim=1))");
        return new Task(program, inputs, "y", Tensor.scalar(DType.FLOAT64, 1));
    }

    /** What the process holds in memory beside the Java heap, which grows as it likes. */
    private static long nativeKilobytes() throws IOException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted() / 1024;
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/status")));
        return lines.stream()
                .filter(line -> line.startsWith("VmRSS"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) - heap)
                .findFirst()
                .orElseThrow();
    }
}
