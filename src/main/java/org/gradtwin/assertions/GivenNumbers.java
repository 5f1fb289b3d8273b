package org.gradtwin.assertions;

import java.lang.reflect.Array;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/**
 * Numbers as Java has them, as a tensor.
 *
 * @param tensor of the shape of the arrays
 * @param flat whether they are in one row, which stands for any shape of as many elements
 */
record GivenNumbers(Tensor tensor, boolean flat) {
    /**
     * Reads numbers.
     *
     * @param what they are, for an error
     * @throws IllegalArgumentException if they are none, or an array of them is ragged
     */
    static GivenNumbers of(Object given, String what) {
        Object array = unbuffered(given);
        Class<?> element = array.getClass();
        while (element.isArray()) {
            element = element.getComponentType();
        }
        int[] dims = dims(array);
        if (dims.length > Shape.MAX_RANK) {
            throw new IllegalArgumentException(
                    what + ": arrays nested " + dims.length + " times, at most " + Shape.MAX_RANK + " are read");
        }
        List<Object> elements = new ArrayList<>();
        collect(array, dims, 0, elements, what);
        return new GivenNumbers(tensor(element, Shape.of(dims), elements, what), dims.length == 1);
    }

    private static Object unbuffered(Object given) {
        if (given instanceof DoubleBuffer buffer) {
            double[] elements = new double[buffer.remaining()];
            buffer.duplicate().get(elements);
            return elements;
        }
        if (given instanceof FloatBuffer buffer) {
            float[] elements = new float[buffer.remaining()];
            buffer.duplicate().get(elements);
            return elements;
        }
        if (given instanceof LongBuffer buffer) {
            long[] elements = new long[buffer.remaining()];
            buffer.duplicate().get(elements);
            return elements;
        }
        if (given instanceof IntBuffer buffer) {
            int[] elements = new int[buffer.remaining()];
            buffer.duplicate().get(elements);
            return elements;
        }
        return given;
    }

    /** The lengths along the first elements. */
    private static int[] dims(Object array) {
        List<Integer> dims = new ArrayList<>();
        Object inner = array;
        Class<?> type = array.getClass();
        while (type.isArray()) {
            int length = inner == null ? 0 : Array.getLength(inner);
            dims.add(length);
            inner = length == 0 ? null : Array.get(inner, 0);
            type = type.getComponentType();
        }
        return dims.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void collect(Object array, int[] dims, int depth, List<Object> elements, String what) {
        if (depth == dims.length) {
            elements.add(array);
            return;
        }
        int length = Array.getLength(array);
        if (length != dims[depth]) {
            throw new IllegalArgumentException(what + ": an array of " + length + " elements beside one of "
                    + dims[depth] + ": all of one depth must be as long");
        }
        for (int i = 0; i < length; i++) {
            Object element = Array.get(array, i);
            if (element == null) {
                throw new IllegalArgumentException(what + ": null in an array");
            }
            collect(element, dims, depth + 1, elements, what);
        }
    }

    private static Tensor tensor(Class<?> element, Shape shape, List<Object> elements, String what) {
        if (element == boolean.class || element == Boolean.class) {
            boolean[] values = new boolean[elements.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (Boolean) elements.get(i);
            }
            return Tensor.bools(shape, values);
        }
        if (element == int.class || element == long.class || element == Integer.class || element == Long.class) {
            return Tensor.indices(
                    shape,
                    elements.stream()
                            .mapToLong(each -> ((Number) each).longValue())
                            .toArray());
        }
        boolean single = element == float.class || element == Float.class;
        if (!single && element != double.class && element != Double.class) {
            throw new IllegalArgumentException(what + ": " + element.getName()
                    + " is no number: give double or float, an array of them, nested or flat, or a buffer");
        }
        return Tensor.of(
                single ? DType.FLOAT32 : DType.FLOAT64,
                shape,
                elements.stream()
                        .mapToDouble(each -> ((Number) each).doubleValue())
                        .toArray());
    }

    /** These numbers in a shape, if they are flat and as many; else as they are. */
    Tensor in(Shape shape) {
        if (!flat || tensor.size() != shape.size()) {
            return tensor;
        }
        return tensor.pick(shape, 0, IntStream.range(0, shape.size()).toArray());
    }
}
