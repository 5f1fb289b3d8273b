package org.gradtwin.tensor;

import java.util.Locale;

/** Element type of a {@link Tensor}, named as in PyTorch. */
public enum DType {
    /** IEEE 754 binary32, unit roundoff 2⁻²⁴. */
    FLOAT32,
    /** IEEE 754 binary64, unit roundoff 2⁻⁵³. */
    FLOAT64,
    /** 64-bit signed integers: class indices and row numbers, never differentiated. */
    INT64,
    /** True and false: masks and the results of comparisons, never differentiated. */
    BOOL;

    /** PyTorch's name without the {@code torch.} prefix, for instance {@code "float32"}. */
    public String torchName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether values of this type can carry a gradient. */
    public boolean isFloating() {
        return this == FLOAT32 || this == FLOAT64;
    }

    /**
     * Rounds to this type, ties to even.
     *
     * @param value any double
     * @return the nearest value of this type, as a double; for the others the value itself
     */
    public double round(double value) {
        return this == FLOAT32 ? (float) value : value;
    }

    /**
     * Half the gap between 1 and the next larger value: the largest relative error of one rounding.
     *
     * @throws IllegalStateException for {@link #INT64} and {@link #BOOL}, which do not round
     */
    public double unitRoundoff() {
        return switch (this) {
            case FLOAT32 -> 0x1p-24;
            case FLOAT64 -> 0x1p-53;
            case INT64, BOOL -> throw new IllegalStateException(torchName() + " has no unit roundoff");
        };
    }

    /**
     * The type of that PyTorch name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static DType of(String torchName) {
        for (DType dtype : values()) {
            if (dtype.torchName().equals(torchName)) {
                return dtype;
            }
        }
        throw new IllegalArgumentException(
                "unknown dtype '" + torchName + "': expected float32, float64, int64 or bool");
    }
}
