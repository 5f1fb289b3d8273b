package org.gradtwin.matrix;

/** The floating-point format that a graph stores and computes in. */
public enum Precision {
    /** IEEE binary32: every operation is rounded to 24 bits. */
    FLOAT32,
    /** IEEE binary64. */
    FLOAT64;

    /** The nearest number of this format. */
    public double round(double number) {
        return this == FLOAT32 ? (float) number : number;
    }

    /** The numbers, rounded, in {@code buffer} if it has their length and in a new one otherwise. */
    Storage store(Storage buffer, double... numbers) {
        Storage stored = buffer.length() == numbers.length ? buffer : allocate(numbers.length);
        stored.load(numbers);
        return stored;
    }

    Storage allocate(int length) {
        return this == FLOAT32 ? new Floats(new float[length]) : new Doubles(new double[length]);
    }
}
