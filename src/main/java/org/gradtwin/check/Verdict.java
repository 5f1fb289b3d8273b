package org.gradtwin.check;

import java.util.Locale;

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
    /** Outside the tolerance between two versions of PyTorch, where the fixture says that they differ, and how. */
    DRIFT;

    /** The name in reports. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
