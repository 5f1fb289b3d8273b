package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.gradtwin.check.Discrepancy;
import org.jspecify.annotations.Nullable;

/**
 * A check that fails the gate, in words.
 *
 * @param check the check
 * @param worst the element that is farthest off, null if there was nothing to compare
 * @param message the failure message, as on the terminal
 * @param firstOff where the engine first went wrong in that case, null if it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(
        RunReport.Row check,
        @Nullable Discrepancy worst,
        String message,
        @Nullable String firstOff) {}
