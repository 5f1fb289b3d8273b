package org.gradtwin.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A chain of + and *, and the notebook's expression, forward and backward, in the engine and as the textbook's graph. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:+UseParallelGC"})
public class ExpressionBenchmark {
    @Benchmark
    public double engine(Terms terms) {
        return Chain.engine(terms.count);
    }

    @Benchmark
    public double textbook(Terms terms) {
        return Chain.textbook(terms.count);
    }

    @Benchmark
    public double notebookEngine() {
        return NotebookExpression.engine();
    }

    @Benchmark
    public double notebookTextbook() {
        return NotebookExpression.textbook();
    }

    /** The length of the chain. */
    @State(Scope.Benchmark)
    public static class Terms {
        @Param({"100", "100000"})
        public int count;
    }
}
