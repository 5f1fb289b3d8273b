package org.gradtwin.check;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The outcome of one check. */
public enum Verdict {
    /** Within the tolerance, and the check would have noticed an error. */
    AGREE,
    /** Outside the tolerance, or something is missing. */
    DISAGREE,
    /** Not checked, for a reason that is reported. */
    SKIPPED,
    /** Within a tolerance so wide that an all-zero answer would be too: nothing was checked. */
    VACUOUS,
    /** Within a tolerance so wide that an error of one percent would be too. */
    DULL,
    /** Outside the tolerance between two versions of PyTorch, where the fixture says that they differ, and how. */
    DRIFT,
    /** Outside the tolerance at kinks alone, by an answer that a careful engine may give there. */
    CONVENTION,
    /** It fails, as a file of known failures says, with the reason. */
    KNOWN;

    private final String key = name().toLowerCase(Locale.ROOT);

    /**
     * The verdict on a comparison that was made.
     *
     * @param sharpness what it is worth, empty where there is no number to compare
     */
    public static Verdict of(Comparison comparison, Optional<Sharpness> sharpness) {
        if (!comparison.agrees()) {
            return DISAGREE;
        }
        return sharpness
                .map(worth -> worth.vacuous() ? VACUOUS : worth.dull() ? DULL : AGREE)
                .orElse(AGREE);
    }

    /** Whether it says that a check is worth too little: such a one needs a written reason. */
    public boolean blunt() {
        return this == VACUOUS || this == DULL;
    }

    /** Whether it says that a check is outside the tolerance for a reason that is no fault, or known. */
    public boolean explained() {
        return this == DRIFT || this == CONVENTION || this == KNOWN;
    }

    /** Whether a check with this verdict fails the gate: it disagrees, or it is worth too little and nobody wrote down why. */
    public boolean failsGate(@Nullable String reason) {
        return this == DISAGREE || (blunt() && reason == null);
    }

    /**
     * The verdict of this name in reports.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Verdict named(String key) {
        for (Verdict verdict : values()) {
            if (verdict.key.equals(key)) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("there is no verdict '" + key + "'");
    }

    /** The name in reports. */
    public String key() {
        return key;
    }
}
