package org.gradtwin.bench;

import java.util.concurrent.TimeUnit;
import org.gradtwin.scalar.Node;
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

/** The notebook's network, forward and backward: with the dot record, by + and * alone, and as the textbook's graph. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class ScalarNetBenchmark {
    @Param({"2", "15"})
    public int hidden;

    private NotebookNet net;
    private TextbookNode.Network textbook;

    @Setup
    public void build() {
        net = new NotebookNet(hidden, 200);
        textbook = net.textbook();
    }

    @Benchmark
    public double layers() {
        Node y = net.forward();
        y.backward();
        return y.data();
    }

    @Benchmark
    public double operators() {
        Node y = net.forwardByOperators();
        y.backward();
        return y.data();
    }

    @Benchmark
    public double textbook() {
        TextbookNode y = NotebookNet.forward(textbook);
        y.backward();
        return y.data;
    }
}
