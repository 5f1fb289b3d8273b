package org.gradtwin.bench;

import java.util.concurrent.TimeUnit;
import org.gradtwin.engines.torch.TorchNetwork;
import org.gradtwin.matrix.Precision;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The notebook's batched cross-entropy step, 32×27×128: on the tape, in closed form, in PyTorch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class CrossEntropyBenchmark {
    @Param
    public Precision precision;

    private Problem.Step autograd;
    private Problem.Step closedForm;
    private TorchNetwork torch;

    @Setup
    public void build() {
        Problem problem = Problem.crossEntropy(32, 27, 128);
        Kernels kernels = Kernels.best().withThreads(1);
        autograd = problem.autograd(precision, kernels);
        closedForm = problem.closedForm(precision, kernels);
        torch = problem.torch(precision);
    }

    @TearDown
    public void close() {
        torch.close();
    }

    @Benchmark
    public double autograd() {
        return autograd.run();
    }

    @Benchmark
    public double closedForm() {
        return closedForm.run();
    }

    @Benchmark
    public double pytorch() {
        return torch.step(0);
    }
}
