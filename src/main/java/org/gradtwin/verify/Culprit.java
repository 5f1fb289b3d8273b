package org.gradtwin.verify;

import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;

/**
 * What an engine has wrong in a program of several ops.
 *
 * @param op the op that is off where it is alone; null if none is, so that the graph is at fault
 * @param words what was seen, in a line
 */
public record Culprit(@Nullable Op op, String words) {}
