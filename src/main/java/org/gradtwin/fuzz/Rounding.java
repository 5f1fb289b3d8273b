package org.gradtwin.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * How far rounding alone can move the results of a program. It is evaluated a number of times by a {@link NoisyEngine}
 * in float64; with s the farthest that an element of a tensor moved, {@code atol = 4·s} and {@code rtol = 16·u}, u the
 * unit roundoff of the type (2⁻⁵³, 2⁻²⁴).
 *
 * <p>The noise is 32 u an op: engines sum in another order and round elementary functions by an ulp or two, and there
 * is no need to be close to that. A well-conditioned program of ten ops still gets a tolerance near 1e-13 in float64.
 */
public final class Rounding {
    private static final int SAMPLES = 8;
    private static final double NOISE = 32;
    private static final double SPREAD_FACTOR = 4;
    private static final double RELATIVE = 16;
    private static final String BECAUSE = "rounding, " + SAMPLES + " noisy runs";

    private final Engine reference;

    /**
     * Rounding as seen by an engine.
     *
     * @param reference computes in float64
     */
    public Rounding(Engine reference) {
        this.reference = reference;
    }

    /**
     * How far noise of the size of float32 moves each quantity that exists, as a multiple of u. The response to noise so small is
     * linear, so one set of runs serves both types; where it is not, because two terms cancel, it is too large for float64.
     */
    Map<Quantity, Double> spreads(Task task, long seed) {
        Evaluation exact = Evaluator.evaluate(reference, task, DType.FLOAT64);
        Map<Quantity, Double> spreads = new LinkedHashMap<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            Engine noisy = new NoisyEngine(reference, NOISE * unit(DType.FLOAT32), seed * SAMPLES + sample);
            Evaluation moved = Evaluator.evaluate(noisy, task, DType.FLOAT64);
            exact.quantities()
                    .forEach((quantity, tensor) -> tensor.ifPresent(
                            from -> spreads.merge(quantity, distance(from, moved.get(quantity)), Math::max)));
        }
        spreads.replaceAll((quantity, spread) -> spread / unit(DType.FLOAT32));
        return spreads;
    }

    /** A tolerance for each quantity, for results computed in that type. */
    static Map<Quantity, Tolerance> tolerances(Map<Quantity, Double> spreads, DType dtype) {
        double unit = unit(dtype);
        Map<Quantity, Tolerance> tolerances = new LinkedHashMap<>();
        spreads.forEach((quantity, spread) -> {
            // What noise drives to infinity cannot be compared: any finite answer passes.
            double atol = Math.min(SPREAD_FACTOR * spread * unit, Double.MAX_VALUE);
            tolerances.put(
                    quantity, new Tolerance(RELATIVE * unit, Double.isNaN(atol) ? Double.MAX_VALUE : atol, BECAUSE));
        });
        return tolerances;
    }

    /**
     * Whether a comparison would show a relative error of 1e-9 in float64, of 0.01 in float32. Where all of a tensor is 0, an error is no
     * fraction of anything: it is as large as it is.
     */
    public static boolean isSharp(Optional<Tensor> expected, Tolerance tolerance, DType dtype) {
        double enough = dtype == DType.FLOAT64 ? 1e-9 : Sharpness.DULL;
        return expected.map(tensor -> Sharpness.of(tensor, tolerance))
                .map(sharpness -> (sharpness.zero() ? tolerance.atol() : sharpness.sharpness()) <= enough)
                .orElse(false);
    }

    private static double unit(DType dtype) {
        return dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
    }

    /** The tolerances of a task alone. */
    public Map<Quantity, Tolerance> tolerances(Task task, DType dtype, long seed) {
        return tolerances(spreads(task, seed), dtype);
    }

    private static double distance(Tensor from, Optional<Tensor> to) {
        double farthest = 0;
        for (int i = 0; i < from.size(); i++) {
            double there = to.isEmpty() ? Double.NaN : to.get().get(i);
            // What is not finite, and stays so, is not moved.
            boolean same = to.isPresent() && Double.compare(there, from.get(i)) == 0;
            farthest = Math.max(farthest, same ? 0 : Math.abs(there - from.get(i)));
        }
        return farthest;
    }
}
