package org.gradtwin.language;

import java.util.function.ToDoubleFunction;

/**
 * How large the numbers are as whose difference an op may be formed: right formulas are off by a rounding of these, however small the
 * difference is.
 *
 * @param slope for the derivative, 0 for most ops
 * @param value for the value
 */
public record Cancellation(ToDoubleFunction<Attributes> slope, ToDoubleFunction<Attributes> value) {
    /** Of an op that is no difference. */
    static final Cancellation NONE = new Cancellation(attributes -> 0, attributes -> 0);

    /** The derivative may be formed as a difference of numbers up to 1, as 1 − y² is. */
    public static Cancellation ofSlope() {
        return new Cancellation(attributes -> 1, attributes -> 0);
    }

    /** The value may be formed as a difference of numbers up to 1, and its derivative too. */
    public static Cancellation ofBoth() {
        return new Cancellation(attributes -> 1, attributes -> 1);
    }

    /** The same of numbers up to an attribute. */
    public static Cancellation upTo(String attribute) {
        return new Cancellation(attributes -> attributes.number(attribute), attributes -> attributes.number(attribute));
    }
}
