package org.gradtwin.mutants;

import java.util.function.DoublePredicate;

/** Numbers for which formulas have branches. */
enum Special {
    NAN("NaN", Double::isNaN),
    INFINITY("inf", x -> x == Double.POSITIVE_INFINITY),
    MINUS_INFINITY("-inf", x -> x == Double.NEGATIVE_INFINITY),
    ZERO("0", x -> Double.compare(x, 0.0) == 0),
    MINUS_ZERO("-0", x -> Double.compare(x, -0.0) == 0),
    SUBNORMAL("subnormal", x -> x != 0 && Math.abs(x) < Double.MIN_NORMAL),
    TINY("tiny", x -> x != 0 && Math.abs(x) < 1e-6),
    HUGE("huge", x -> Math.abs(x) > 1e6 && Math.abs(x) < Double.POSITIVE_INFINITY),
    NEGATIVE("negative", x -> x < 0);

    private final String words;

    @SuppressWarnings("ImmutableEnumChecker") // a function without state
    private final DoublePredicate is;

    Special(String words, DoublePredicate is) {
        this.words = words;
        this.is = is;
    }

    boolean is(double x) {
        return is.test(x);
    }

    @Override
    public String toString() {
        return words;
    }
}
