package org.gradtwin.report;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Immutable values that many rows of a report have in common, each kept once: a corpus has hundreds of thousands of rows. */
final class Shared {
    private final Map<Object, Object> values = new HashMap<>();

    /** The one that equals the value. */
    @SuppressWarnings("unchecked") // equal values of these classes are of one class
    <T> @Nullable T one(@Nullable T value) {
        return value == null ? null : (T) values.computeIfAbsent(value, same -> same);
    }
}
