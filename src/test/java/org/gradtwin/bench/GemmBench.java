package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.gradtwin.matrix.kernel.Kernels;

/** Square matrix products against the peak of fused multiply-adds of one core, which is measured beside them. */
public final class GemmBench {
    private static final int PEAK_STEPS = 1 << 20;

    private final Rounds rounds;

    /** Products in so many rounds. */
    public GemmBench(Rounds rounds) {
        this.rounds = rounds;
    }

    /**
     * The products of size n with the Vector API, in percent of the peak.
     *
     * @throws IllegalStateException without the module of the Vector API
     */
    public List<Row> rows(int n, int threads) {
        Kernels kernels = Kernels.vector().withThreads(threads);
        double[] sink = new double[1];
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put("peak64", keep(sink, () -> FmaPeak.run64(PEAK_STEPS)));
        tasks.put("gemm64", product64(kernels, n));
        tasks.put("peak32", keep(sink, () -> FmaPeak.run32(PEAK_STEPS)));
        tasks.put("gemm32", product32(kernels, n));
        Times times = rounds.measure(tasks);
        if (!(sink[0] > 0)) {
            throw new IllegalStateException("the peak loop computed " + sink[0]);
        }
        List<Row> rows = new ArrayList<>();
        for (boolean doubles : new boolean[] {true, false}) {
            String bits = doubles ? "64" : "32";
            double peakShare = 2.0 * n * n * n / FmaPeak.operations(doubles, PEAK_STEPS) / threads;
            Times.Spread percent = times.ratio("peak" + bits, "gemm" + bits).times(100 * peakShare);
            String what = "GEMM %d float%s%s, share of FMA peak"
                    .formatted(n, bits, threads == 1 ? "" : ", " + threads + " threads");
            Row row = Row.told("matrix", what, "%", percent);
            boolean barred = n == 1024 && threads == 1;
            rows.add(!barred ? row : doubles ? row.atLeast(55, 70) : row.atLeast(65, 77));
            double operations = FmaPeak.operations(doubles, PEAK_STEPS);
            if (barred) {
                double[] peaks = times.of("peak" + bits);
                for (int i = 0; i < peaks.length; i++) {
                    peaks[i] = operations / peaks[i];
                }
                rows.add(Row.told("matrix", "FMA peak float" + bits, "GFLOP/s", Times.Spread.of(peaks)));
            }
        }
        return rows;
    }

    private static Runnable keep(double[] sink, DoubleSupplier task) {
        return () -> sink[0] = task.getAsDouble();
    }

    private static Runnable product64(Kernels kernels, int n) {
        double[] a = new SplittableRandom(1).doubles((long) n * n).toArray();
        double[] b = new SplittableRandom(2).doubles((long) n * n).toArray();
        double[] c = new double[n * n];
        return () -> kernels.gemm(n, n, n, a, false, b, false, c);
    }

    private static Runnable product32(Kernels kernels, int n) {
        float[] a = new float[n * n];
        float[] b = new float[n * n];
        float[] c = new float[n * n];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) random.nextDouble();
            b[i] = (float) random.nextDouble();
        }
        return () -> kernels.gemm(n, n, n, a, false, b, false, c);
    }
}
