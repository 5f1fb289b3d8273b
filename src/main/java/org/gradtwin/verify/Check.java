package org.gradtwin.verify;

import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One comparison and its verdict.
 *
 * @param caseName the case's full name
 * @param engine the engine that was checked
 * @param against what it was held against
 * @param dtype the type compared in
 * @param quantity what was compared
 * @param expected the reference, empty where the root does not depend on the name
 * @param actual the engine's tensor, empty likewise or where the engine gave none
 * @param comparison what came out of comparing, null if nothing was compared
 * @param tolerance how far an element may be off, null where there is no number to compare
 * @param verdict the outcome
 * @param reason why it was skipped, why it is known to be vacuous or dull, or what failed; null if there is nothing to say
 */
public record Check(
        String caseName,
        String engine,
        Against against,
        DType dtype,
        Quantity quantity,
        Optional<Tensor> expected,
        Optional<Tensor> actual,
        @Nullable Comparison comparison,
        @Nullable Tolerance tolerance,
        Verdict verdict,
        @Nullable String reason) {
    /** The reason begins with this where the engine agrees with the answer in 50 digits, and PyTorch does not. */
    public static final String TRUTH = "truth: ";

    /** What an engine is held against. */
    public enum Against {
        /** PyTorch, run now through DJL. */
        PYTORCH("pytorch", "PyTorch"),
        /** The numbers recorded in the fixture, from Python's PyTorch. */
        EXPECT("expect", "the recorded PyTorch"),
        /** The scalar engine. */
        SCALAR("scalar", "the scalar engine");

        private final String key;
        private final String words;

        Against(String key, String words) {
            this.key = key;
            this.words = words;
        }

        /** The name in reports. */
        public String key() {
            return key;
        }

        /** The name in sentences. */
        public String words() {
            return words;
        }
    }

    /** What the comparison is worth; empty where there is no number to compare. */
    public Optional<Sharpness> sharpness() {
        return tolerance == null || expected.isEmpty()
                ? Optional.empty()
                : Optional.of(Sharpness.of(expected.get(), tolerance));
    }

    /** The shape of the reference, null where there is none. */
    public @Nullable Shape shape() {
        return expected.map(Tensor::shape).orElse(null);
    }

    /** A check of what was recorded in which no numbers are compared. */
    static Check uncompared(
            String caseName, String engine, DType dtype, Quantity quantity, Verdict verdict, @Nullable String reason) {
        return new Check(
                caseName,
                engine,
                Against.EXPECT,
                dtype,
                quantity,
                Optional.empty(),
                Optional.empty(),
                null,
                null,
                verdict,
                reason);
    }

    /** The same check with another outcome. */
    Check with(Verdict outcome, String because) {
        return new Check(
                caseName, engine, against, dtype, quantity, expected, actual, comparison, tolerance, outcome, because);
    }

    /** The same check with another comparison. */
    Check with(Comparison other) {
        return new Check(
                caseName, engine, against, dtype, quantity, expected, actual, other, tolerance, verdict, reason);
    }

    @Override
    public String toString() {
        return caseName + ": " + engine + " against " + against.key() + ", " + quantity + " (" + dtype.torchName()
                + "): "
                + verdict.key() + (comparison == null ? "" : ", " + comparison)
                + (reason == null ? "" : ", " + reason);
    }

    /** Whether this check fails the gate: see {@link Verdict#failsGate}. */
    public boolean failsGate() {
        return verdict.failsGate(reason);
    }
}
