package org.gradtwin.matrix.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiled kernels keep vectors in registers, whatever ran before them: a vector that is allocated takes many times as long. */
@Tag("process")
class VectorAllocationTest {
    /** Bytes an element. A single vector of 64 bytes that is allocated for its 16 numbers gives 4. */
    private static final double LIMIT = 1;

    @TempDir
    private Path folder;

    @Test
    void functionsAfterProductsInBothFormatsAllocateNothing() throws Exception {
        assumeTrue(Kernels.vectorIsPresent(), "the Vector API is not there");
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Probe.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readAllLines(output))
                .hasSize(10)
                .allSatisfy(line -> assertThat(Double.parseDouble(line.substring(line.indexOf(' '))))
                        .as(line)
                        .isLessThan(LIMIT));
    }

    /** In a process of its own, where nothing else has run: bytes that each kernel allocates an element once it is compiled. */
    static final class Probe {
        private static final int N = 20_000;
        private static final int SIDE = 120;
        private static final int BATCH = 200;
        private static final int BATCHES = 50;

        private Probe() {}

        public static void main(String[] arguments) {
            Kernels kernels = Kernels.vector().withThreads(1);
            double[] x = new Random(1).doubles(N, -2, 2).toArray();
            double[] y = new double[N];
            float[] x32 = new float[N];
            float[] y32 = new float[N];
            for (int i = 0; i < N; i++) {
                x32[i] = (float) x[i];
            }
            print("product32", () -> kernels.gemm(SIDE, SIDE, SIDE, x32, false, x32, false, y32));
            print("product64", () -> kernels.gemm(SIDE, SIDE, SIDE, x, false, x, false, y));
            print("tanh64", () -> kernels.tanh(x, y, 0, N));
            print("tanh32", () -> kernels.tanh(x32, y32, 0, N));
            print("exp64", () -> kernels.exp(x, y, 0, N));
            print("exp32", () -> kernels.exp(x32, y32, 0, N));
            print("relu64", () -> kernels.relu(x, y, 0, N));
            print("relu32", () -> kernels.relu(x32, y32, 0, N));
            print("reluGradient64", () -> kernels.reluGradient(x, y, y, 0, N));
            print("reluGradient32", () -> kernels.reluGradient(x32, y32, y32, 0, N));
        }

        /** Batches until one allocates next to nothing: when the last compilation is done depends on the machine and its load. */
        private static void print(String name, Runnable kernel) {
            double least = Double.POSITIVE_INFINITY;
            for (int batch = 0; batch < BATCHES && least >= LIMIT; batch++) {
                least = Math.min(least, allocated(kernel));
            }
            System.out.println(name + " " + least);
        }

        private static double allocated(Runnable kernel) {
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < BATCH; i++) {
                kernel.run();
            }
            return (double) (threads.getCurrentThreadAllocatedBytes() - before) / BATCH / N;
        }
    }
}
