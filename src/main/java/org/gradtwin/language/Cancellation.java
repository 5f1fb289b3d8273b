package org.gradtwin.language;

/**
 * How large the numbers are as whose difference an op may be formed: right formulas are off by a rounding of these, however small the
 * difference is.
 *
 * @param slope for the derivative, 0 for most ops
 * @param value for the value
 */
public record Cancellation(Size slope, Size value) {
    /** Of an op that is no difference. */
    public static final Cancellation NONE = new Cancellation((x, attributes) -> 0, (x, attributes) -> 0);

    /** The size of such numbers. */
    @FunctionalInterface
    public interface Size {
        /** At an element x of the first operand. */
        double at(double x, Attributes attributes);
    }

    /** The derivative may be formed as a difference of numbers up to 1, as 1 − y² is. */
    public static Cancellation ofSlope() {
        return new Cancellation((x, attributes) -> 1, (x, attributes) -> 0);
    }

    /** The value may be formed as a difference of numbers up to 1, and its derivative too. */
    public static Cancellation ofBoth() {
        return new Cancellation((x, attributes) -> 1, (x, attributes) -> 1);
    }

    /** The same of numbers up to an attribute. */
    public static Cancellation upTo(String attribute) {
        Size size = (x, attributes) -> attributes.number(attribute);
        return new Cancellation(size, size);
    }
}
