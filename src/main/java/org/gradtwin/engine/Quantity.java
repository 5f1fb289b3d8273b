package org.gradtwin.engine;

import java.util.Comparator;
import java.util.Locale;

/**
 * Something that is compared: the value of a name, or the gradient with respect to it.
 *
 * @param kind value or gradient
 * @param name the input or statement
 */
public record Quantity(Kind kind, String name) {
    /** Values before gradients, then by name. */
    public static final Comparator<Quantity> ORDER =
            Comparator.comparing(Quantity::kind).thenComparing(Quantity::name);

    /** Value or gradient. */
    public enum Kind {
        /** The forward value. */
        VALUE,
        /** The gradient of the root. */
        GRAD;

        /** The name in fixtures and reports. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The value of a name. */
    public static Quantity value(String name) {
        return new Quantity(Kind.VALUE, name);
    }

    /** The gradient with respect to a name. */
    public static Quantity grad(String name) {
        return new Quantity(Kind.GRAD, name);
    }

    @Override
    public String toString() {
        return (kind == Kind.VALUE ? "value of " : "gradient of ") + name;
    }
}
