package org.gradtwin.mutants;

import java.util.Arrays;

/** What a mutant does to a gradient or a value. */
public enum Damage {
    /** All of it is 1 % too large. */
    SCALED("1 % too large") {
        @Override
        double[] of(double[] right, boolean[] there) {
            return Arrays.stream(right).map(x -> x * 1.01).toArray();
        }
    },
    /** All of it is 0. */
    LOST("lost") {
        @Override
        double[] of(double[] right, boolean[] there) {
            return new double[right.length];
        }
    },
    /** The first element is another. */
    FIRST("the first element wrong") {
        @Override
        double[] of(double[] right, boolean[] there) {
            return altered(right, 0);
        }
    },
    /** The last element is another. */
    LAST("the last element wrong") {
        @Override
        double[] of(double[] right, boolean[] there) {
            return altered(right, right.length - 1);
        }
    },
    /** The elements are others at which the operand is special. */
    THERE("wrong there") {
        @Override
        double[] of(double[] right, boolean[] there) {
            double[] wrong = right.clone();
            for (int i = 0; i < Math.min(there.length, right.length); i++) {
                wrong[i] = there[i] ? altered(right[i]) : right[i];
            }
            return wrong;
        }
    };

    private final String words;

    Damage(String words) {
        this.words = words;
    }

    /**
     * The wrong numbers.
     *
     * @param there where the operand is as the mutant's condition says
     */
    abstract double[] of(double[] right, boolean[] there);

    private static double[] altered(double[] right, int at) {
        double[] wrong = right.clone();
        if (right.length > 0) {
            wrong[at] = altered(right[at]);
        }
        return wrong;
    }

    private static double altered(double right) {
        return right == 0 ? 1 : 0;
    }

    @Override
    public String toString() {
        return words;
    }
}
