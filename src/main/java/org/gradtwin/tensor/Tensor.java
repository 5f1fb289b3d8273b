package org.gradtwin.tensor;

import java.util.Arrays;

/**
 * An immutable tensor in row-major order. Elements of {@link DType#FLOAT32} are kept as doubles that
 * are floats; arrays are copied on the way in and on the way out, so no engine can change what another one sees.
 */
public final class Tensor {
    private final DType dtype;
    private final Shape shape;
    private final double[] doubles;
    private final long[] longs;

    private Tensor(DType dtype, Shape shape, double[] doubles, long[] longs) {
        this.dtype = dtype;
        this.shape = shape;
        this.doubles = doubles;
        this.longs = longs;
    }

    /**
     * A floating-point tensor; each value is rounded to the type, ties to even.
     *
     * @throws IllegalArgumentException if the type is not floating or the number of values is not the shape's
     */
    public static Tensor of(DType dtype, Shape shape, double... values) {
        if (!dtype.isFloating()) {
            throw new IllegalArgumentException("a tensor of " + dtype.torchName() + " is not made from doubles");
        }
        requireCount(shape, values.length);
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = dtype.round(values[i]);
        }
        return new Tensor(dtype, shape, rounded, new long[0]);
    }

    /**
     * An int64 tensor.
     *
     * @throws IllegalArgumentException if the number of values is not the shape's
     */
    public static Tensor indices(Shape shape, long... values) {
        requireCount(shape, values.length);
        return new Tensor(DType.INT64, shape, new double[0], values.clone());
    }

    /**
     * A bool tensor.
     *
     * @throws IllegalArgumentException if the number of values is not the shape's
     */
    public static Tensor bools(Shape shape, boolean... values) {
        requireCount(shape, values.length);
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
            longs[i] = values[i] ? 1 : 0;
        }
        return new Tensor(DType.BOOL, shape, new double[0], longs);
    }

    /** A single number, shape {@code ()}. */
    public static Tensor scalar(DType dtype, double value) {
        return of(dtype, Shape.SCALAR, value);
    }

    /** The tensor of that shape whose elements are all the same. */
    public static Tensor full(DType dtype, Shape shape, double value) {
        double[] values = new double[shape.size()];
        Arrays.fill(values, value);
        return of(dtype, shape, values);
    }

    private static void requireCount(Shape shape, int count) {
        if (count != shape.size()) {
            throw new IllegalArgumentException(
                    "shape " + shape + " has " + shape.size() + " elements, but " + count + " values are given");
        }
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The sizes. */
    public Shape shape() {
        return shape;
    }

    /** Number of elements. */
    public int size() {
        return shape.size();
    }

    /** The element at a row-major position, as a double: 1 for true, 0 for false. */
    public double get(int position) {
        return dtype.isFloating() ? doubles[position] : longs[position];
    }

    /**
     * The element at a row-major position of an int64 tensor, or of a bool one: 1 for true, 0 for false.
     *
     * @throws IllegalStateException if this tensor is floating
     */
    public long getLong(int position) {
        requireIndices();
        return longs[position];
    }

    /** The element at a row-major position as Python writes it: 0.1, 3, True. */
    public String text(int position) {
        return switch (dtype) {
            case BOOL -> longs[position] == 1 ? "True" : "False";
            case INT64 -> Long.toString(longs[position]);
            default -> Decimals.shortest(doubles[position]);
        };
    }

    /** A copy of the elements as doubles. */
    public double[] toDoubles() {
        return dtype.isFloating()
                ? doubles.clone()
                : Arrays.stream(longs).asDoubleStream().toArray();
    }

    /**
     * A copy of the elements of an int64 tensor, or of a bool one: 1 for true, 0 for false.
     *
     * @throws IllegalStateException if this tensor is floating
     */
    public long[] toLongs() {
        requireIndices();
        return longs.clone();
    }

    private void requireIndices() {
        if (dtype.isFloating()) {
            throw new IllegalStateException("a " + dtype.torchName() + " tensor holds no indices");
        }
    }

    /** The elements at these row-major positions, in a shape, with a number in the place of those at −1. */
    public Tensor pick(Shape result, double fill, int... positions) {
        requireCount(result, positions.length);
        if (dtype.isFloating()) {
            double[] from = toDoubles();
            double[] picked = Arrays.stream(positions)
                    .mapToDouble(position -> position < 0 ? fill : from[position])
                    .toArray();
            return new Tensor(dtype, result, picked, new long[0]);
        }
        // Not by way of double, which holds 53 bits.
        long[] from = toLongs();
        long[] picked = Arrays.stream(positions)
                .mapToLong(position -> position < 0 ? (long) fill : from[position])
                .toArray();
        return new Tensor(dtype, result, new double[0], picked);
    }

    /** This tensor with each element rounded to another floating type. */
    public Tensor to(DType floating) {
        return dtype == floating ? this : of(floating, shape, toDoubles());
    }

    /** Same type, shape and bits; every NaN counts as the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Tensor tensor
                && dtype == tensor.dtype
                && shape.equals(tensor.shape)
                && Arrays.equals(doubles, tensor.doubles)
                && Arrays.equals(longs, tensor.longs);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * dtype.hashCode() + shape.hashCode()) + Arrays.hashCode(doubles) + Arrays.hashCode(longs);
    }

    @Override
    public String toString() {
        String elements = dtype.isFloating() ? Arrays.toString(doubles) : Arrays.toString(longs);
        return dtype.torchName() + shape + (size() <= 16 ? elements : "[… " + size() + " elements]");
    }
}
