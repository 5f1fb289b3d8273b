package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * A check that fails the gate, in words.
 *
 * @param check its position among the checks of the report, from 0
 * @param message the failure message, as on the terminal
 * @param firstOff where the engine first went wrong in that case, null if it is not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Failure(int check, String message, @Nullable String firstOff) {}
