package org.gradtwin.mutants;

/**
 * What can be so of an application of an op, in words.
 *
 * @param kind what it is about
 * @param words the words, equal where the condition is
 */
public record Condition(Kind kind, String words) {
    /** What a condition is about. */
    public enum Kind {
        /** An attribute has a value, or an operand is given in a way. */
        CALL,
        /** Where an operand comes from, and what else uses it. */
        LAYOUT,
        /** How many elements. */
        SIZE,
        /** How many dimensions. */
        RANK,
        /** An operand holds a special number. */
        NUMBER,
        /** What comes from above. */
        COTANGENT;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }
}
