package org.gradtwin.campaign;

import java.io.Serializable;

/**
 * Seeds that are examined in one piece.
 *
 * @param from the first
 * @param to the one after the last
 * @param guarded whether they may have ended a process before
 */
record Part(long from, long to, boolean guarded) implements Serializable {}
