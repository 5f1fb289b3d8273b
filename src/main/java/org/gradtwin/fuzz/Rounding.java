package org.gradtwin.fuzz;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How far rounding alone can move the results of a program. It is evaluated a number of times by a {@link NoisyEngine}
 * in float64; with s the farthest that an element of a tensor moved, {@code atol = 4·s} and {@code rtol = 16·u}, u the
 * unit roundoff of the type (2⁻⁵³, 2⁻²⁴); what noise moves, and what is subnormal, is held to 8 steps between subnormal numbers at most.
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

    /** What rounding does to a program: nothing is run before it is asked for. */
    Spreads spreads(Drawn drawn, long seed) {
        return new Spreads(drawn, seed);
    }

    /**
     * How far noise of the size of float32 moves each quantity that exists, as a multiple of u. The response to noise so small is
     * linear, so one set of runs serves both types; where it is not, because two terms cancel, it is too large for float64.
     *
     * <p>A spread only grows from run to run: what agrees under the tolerance of a few runs agrees under that of all.
     */
    final class Spreads {
        private final Task task;
        private final long seed;
        private final Map<Quantity, Double> farthest = new LinkedHashMap<>();
        private final boolean moves;
        private @Nullable Evaluation exact;
        private int runs;

        private Spreads(Drawn drawn, long seed) {
            this.task = drawn.task();
            this.exact = drawn.evaluation();
            this.seed = seed;
            this.moves = task.program().ops().stream().allMatch(Op::isExact);
        }

        /** Runs the task once more with noise; false if that was done often enough. */
        boolean grow() {
            if (runs == SAMPLES) {
                return false;
            }
            Evaluation from = exact == null ? Evaluator.evaluate(reference, task, DType.FLOAT64) : exact;
            exact = from;
            Engine noisy = new NoisyEngine(reference, NOISE * unit(DType.FLOAT32), seed * SAMPLES + runs++);
            Optional<Evaluation> moved = run(noisy);
            from.quantities()
                    .forEach((quantity, tensor) -> tensor.ifPresent(there -> farthest.merge(
                            quantity,
                            distance(there, moved.flatMap(to -> to.get(quantity))) / unit(DType.FLOAT32),
                            Math::max)));
            return true;
        }

        /** Empty where noise brings an operand to where the op has no answer, a matrix to one that is not positive definite. */
        private Optional<Evaluation> run(Engine noisy) {
            try {
                return Optional.of(Evaluator.evaluate(noisy, task, DType.FLOAT64));
            } catch (EvaluationException e) {
                return Optional.empty();
            }
        }

        /** Whether there are subnormal numbers in it. */
        private boolean isTiny(Quantity quantity, DType dtype) {
            double normal = dtype == DType.FLOAT32 ? Float.MIN_NORMAL : Double.MIN_NORMAL;
            Optional<Tensor> known =
                    exact == null ? Optional.empty() : exact.quantities().getOrDefault(quantity, Optional.empty());
            return known.stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toDoubles()))
                    .anyMatch(x -> x != 0 && Math.abs(x) < normal);
        }

        /** The tolerance of a quantity, for results computed in that type, as far as it has grown. */
        Tolerance tolerance(Quantity quantity, DType dtype) {
            double unit = unit(dtype);
            double spread = farthest.getOrDefault(quantity, 0.0);
            // What noise drives to infinity cannot be compared: any finite answer passes.
            double atol = Math.min(SPREAD_FACTOR * spread * unit, Double.MAX_VALUE);
            if (spread > 0 || (!moves && isTiny(quantity, dtype))) {
                // Subnormal numbers are as far apart as the smallest is from 0: a result among them is rounded to one.
                atol = Math.max(atol, RELATIVE / 2 * (dtype == DType.FLOAT32 ? Float.MIN_VALUE : Double.MIN_VALUE));
            }
            return new Tolerance(RELATIVE * unit, Double.isNaN(atol) ? Double.MAX_VALUE : atol, BECAUSE);
        }
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

    /**
     * Compares an engine's results with the twin's. A sum of large terms overflows in one order on the way to a number that another order reaches: an
     * infinity in the place of such a number, within a sixteenth of the largest, is taken for it.
     */
    static Comparison compare(Optional<Tensor> actual, Optional<Tensor> expected, Tolerance tolerance) {
        Comparison plain = Comparison.of(actual, expected, tolerance);
        return plain.mismatched() == 0
                ? plain
                : Comparison.of(
                        actual.orElseThrow(),
                        expected.orElseThrow(),
                        tolerance,
                        overflown(actual.orElseThrow(), expected.orElseThrow()));
    }

    private static BitSet overflown(Tensor actual, Tensor expected) {
        double near = (expected.dtype() == DType.FLOAT32 ? Float.MAX_VALUE : Double.MAX_VALUE) / 16;
        BitSet overflown = new BitSet();
        for (int i = 0; i < expected.size(); i++) {
            double twin = expected.get(i);
            overflown.set(i, Double.isInfinite(actual.get(i)) && actual.get(i) * twin > 0 && Math.abs(twin) > near);
        }
        return overflown;
    }

    private static double unit(DType dtype) {
        return dtype == DType.FLOAT32 ? 0x1p-24 : 0x1p-53;
    }

    /** The tolerance of each quantity of a task that exists, after all runs. */
    public Map<Quantity, Tolerance> tolerances(Task task, DType dtype, long seed) {
        Spreads spreads = spreads(new Drawn(task, null), seed);
        while (spreads.grow()) {}
        Map<Quantity, Tolerance> tolerances = new LinkedHashMap<>();
        spreads.farthest.keySet().forEach(quantity -> tolerances.put(quantity, spreads.tolerance(quantity, dtype)));
        return tolerances;
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
