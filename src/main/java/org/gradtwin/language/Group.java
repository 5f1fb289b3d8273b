package org.gradtwin.language;

import java.util.Locale;

/** The groups of the op table, in its order. */
public enum Group {
    ARITHMETIC,
    ELEMENTWISE,
    CHOICE,
    SHAPE,
    REDUCTIONS,
    SCANS,
    LINEAR_ALGEBRA,
    LAYERS,
    LOSSES;

    /** The name as it stands in tables. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
