package org.gradtwin.bench;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.gradtwin.matrix.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Square matrix products on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class GemmBenchmark {
    @Param({"512", "1024", "2048"})
    public int size;

    @Param({"plain", "vector"})
    public String kernels;

    private Kernels chosen;
    private double[] a64;
    private double[] b64;
    private double[] c64;
    private float[] a32;
    private float[] b32;
    private float[] c32;

    @Setup
    public void build() {
        chosen = (kernels.equals("vector") ? Kernels.vector() : Kernels.plain()).withThreads(1);
        SplittableRandom random = new SplittableRandom(1);
        int count = size * size;
        a64 = random.doubles(count).toArray();
        b64 = random.doubles(count).toArray();
        c64 = new double[count];
        a32 = new float[count];
        b32 = new float[count];
        c32 = new float[count];
        for (int i = 0; i < count; i++) {
            a32[i] = (float) a64[i];
            b32[i] = (float) b64[i];
        }
    }

    @Benchmark
    public double[] float64() {
        chosen.gemm(size, size, size, a64, false, b64, false, c64);
        return c64;
    }

    @Benchmark
    public float[] float32() {
        chosen.gemm(size, size, size, a32, false, b32, false, c32);
        return c32;
    }
}
