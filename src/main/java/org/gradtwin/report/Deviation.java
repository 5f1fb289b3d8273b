package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/**
 * How far the element is off that comes closest to its tolerance or is farthest outside it.
 *
 * @param ulp in ulp
 * @param abs the difference itself where ulp say nothing, else null; see {@link Discrepancy#inUlp}
 * @param ofAllowed as a fraction of what is allowed
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Deviation(double ulp, @Nullable Double abs, double ofAllowed) {
    static @Nullable Deviation of(@Nullable Discrepancy worst) {
        return worst == null ? null : new Deviation(worst.ulp(), worst.inUlp() ? null : worst.abs(), worst.ofAllowed());
    }

    /** In words: in ulp where these say something. */
    public String inWords() {
        return abs == null
                ? FailureMessage.number(ulp) + " ulp"
                : Double.isFinite(abs) ? FailureMessage.number(abs) + " abs" : "not finite";
    }
}
