package org.gradtwin.fuzz;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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

    /** A tolerance for each quantity that exists, for results computed in that type. */
    public Map<Quantity, Tolerance> tolerances(Task task, DType dtype, long seed) {
        double unit = dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
        Evaluation exact = Evaluator.evaluate(reference, task, DType.FLOAT64);
        Map<Quantity, Double> spreads = new LinkedHashMap<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            Engine noisy = new NoisyEngine(reference, NOISE * unit, seed * SAMPLES + sample);
            Evaluation moved = Evaluator.evaluate(noisy, task, DType.FLOAT64);
            exact.quantities()
                    .forEach((quantity, tensor) -> tensor.ifPresent(
                            from -> spreads.merge(quantity, distance(from, moved.get(quantity)), Math::max)));
        }
        Map<Quantity, Tolerance> tolerances = new LinkedHashMap<>();
        spreads.forEach((quantity, spread) -> {
            // What noise drives to infinity cannot be compared: any finite answer passes.
            double atol = Math.min(SPREAD_FACTOR * spread, Double.MAX_VALUE);
            tolerances.put(
                    quantity, new Tolerance(RELATIVE * unit, Double.isNaN(atol) ? Double.MAX_VALUE : atol, BECAUSE));
        });
        return tolerances;
    }

    private static double distance(Tensor from, Optional<Tensor> to) {
        double farthest = 0;
        for (int i = 0; i < from.size(); i++) {
            farthest = Math.max(
                    farthest, to.isEmpty() ? Double.NaN : Math.abs(to.get().get(i) - from.get(i)));
        }
        return farthest;
    }
}
