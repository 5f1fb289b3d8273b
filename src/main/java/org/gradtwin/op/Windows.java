package org.gradtwin.op;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.tensor.Shape;

/**
 * Windows that slide over the last dimensions of an input.
 *
 * @param input the sizes that they slide over
 * @param kernel how many elements a window has along each
 * @param stride how far neighbouring windows lie apart
 * @param padding how many places before the first element, and behind the last, windows reach
 * @param dilation how far the elements of a window lie apart
 * @param output how many windows there are along each
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Windows(int[] input, int[] kernel, int[] stride, int[] padding, int[] dilation, int[] output) {
    /**
     * As many windows as fit.
     *
     * @throws IllegalArgumentException if none fits, or a size makes no sense
     */
    static Windows of(Call call, int[] input, int[] kernel, int[] stride, int[] padding, int[] dilation) {
        return of(call, input, kernel, stride, padding, dilation, false);
    }

    /** The same; with {@code ceil} the last one may reach over the end, as long as it begins before it. */
    static Windows of(Call call, int[] input, int[] kernel, int[] stride, int[] padding, int[] dilation, boolean ceil) {
        int[] output = new int[input.length];
        for (int d = 0; d < input.length; d++) {
            if (kernel[d] <= 0 || stride[d] <= 0 || dilation[d] <= 0 || padding[d] < 0) {
                throw call.refused("kernel " + kernel[d] + ", stride " + stride[d] + ", dilation " + dilation[d]
                        + ", padding " + padding[d] + ": all but padding are above 0, and that is not below");
            }
            int room = input[d] + 2 * padding[d] - dilation[d] * (kernel[d] - 1) - 1;
            output[d] = Math.floorDiv(room + (ceil ? stride[d] - 1 : 0), stride[d]) + 1;
            if (ceil && (output[d] - 1) * stride[d] >= input[d] + padding[d]) {
                output[d]--;
            }
            if (output[d] <= 0) {
                throw call.refused("no window of " + kernel[d] + " with dilation " + dilation[d] + " and padding "
                        + padding[d] + " fits into a size of " + input[d]);
            }
        }
        return new Windows(input, kernel, stride, padding, dilation, output);
    }

    /**
     * The windows of a pooling, one beside the other unless {@code stride} says otherwise.
     *
     * @throws IllegalArgumentException if none fits, or the padding is more than half of a window
     */
    static Windows pool(Call call, int count, int[] dilation) {
        requireRank(call, call.shape(0), count);
        int[] kernel = call.attributes().sizes("kernel_size", count);
        int[] padding = call.attributes().sizes("padding", count);
        boolean stride = call.attributes().get("stride") != null;
        for (int d = 0; d < count; d++) {
            if (2 * padding[d] > kernel[d]) {
                throw call.refused("padding " + padding[d] + " is more than half of the window, " + kernel[d]);
            }
        }
        int[] input = last(call.shape(0), count);
        return of(
                call,
                input,
                kernel,
                stride ? call.attributes().sizes("stride", count) : kernel,
                padding,
                dilation,
                call.attributes().flag("ceil_mode"));
    }

    /** How many elements a window has. */
    int size() {
        return product(kernel);
    }

    /** How many windows there are. */
    int count() {
        return product(output);
    }

    static int product(int... sizes) {
        return IntStream.of(sizes).reduce(1, (a, b) -> a * b);
    }

    /** Where the element of a window lies in the input, counted over all dimensions; −1 in the padding. */
    int source(int window, int element) {
        int source = 0;
        int inner = 1;
        for (int d = input.length - 1; d >= 0; d--) {
            int at = window % output[d] * stride[d] + element % kernel[d] * dilation[d] - padding[d];
            if (at < 0 || at >= input[d]) {
                return -1;
            }
            source += at * inner;
            inner *= input[d];
            window /= output[d];
            element /= kernel[d];
        }
        return source;
    }

    /** The last dimensions of a shape. */
    static int[] last(Shape shape, int count) {
        return Arrays.copyOfRange(shape.dims(), shape.rank() - count, shape.rank());
    }

    /** A shape whose last dimensions are others. */
    static Shape with(Shape shape, int... last) {
        return Shape.of(join(Arrays.copyOf(shape.dims(), shape.rank() - last.length), last));
    }

    /** Sizes one after the other. */
    static int[] join(int[]... parts) {
        return List.of(parts).stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** Refuses another rank than that of so many dimensions, channels and perhaps a batch. */
    static void requireRank(Call call, Shape x, int count) {
        if (x.rank() != count + 1 && x.rank() != count + 2) {
            throw call.refused(x + " needs " + (count + 1) + " dimensions, or " + (count + 2) + " with a batch");
        }
    }

    /**
     * Statements that take the elements of all windows of an input.
     *
     * @param of the name of the input, (batch, channels, …) or without a batch
     * @param to the name of the result, (batch, channels · elements, windows); the names in between begin with it
     */
    List<String> columns(String of, String to, int batch, int channels) {
        if (input.length < 3) {
            int height = input.length == 1 ? 1 : input[0];
            return List.of(
                    to + "i = reshape(" + of + ", " + Rules.tuple(batch, channels, height, input[input.length - 1])
                            + ")",
                    to + " = " + unfold(to + "i", input.length - 2, input.length - 1));
        }
        // Windows along the first of three dimensions, then along the other two in each of their planes.
        int depth = kernel[0];
        int size = kernel[1] * kernel[2];
        return List.of(
                to + "i = reshape(" + of + ", " + Rules.tuple(batch * channels, 1, input[0], input[1] * input[2]) + ")",
                to + "j = " + unfold(to + "i", 0, -1),
                to + "k = reshape(" + to + "j, "
                        + Rules.tuple(batch * channels * depth * output[0], 1, input[1], input[2]) + ")",
                to + "l = " + unfold(to + "k", 1, 2),
                to + "m = reshape(" + to + "l, "
                        + Rules.tuple(batch, channels, depth, output[0], size, output[1] * output[2]) + ")",
                to + "n = permute(" + to + "m, (0, 1, 2, 4, 3, 5))",
                to + " = reshape(" + to + "n, " + Rules.tuple(batch, channels * depth * size, count()) + ")");
    }

    /** Windows of a plane along two of the dimensions, −1 for one along which they have no extent. */
    private String unfold(String plane, int first, int second) {
        return "unfold(" + plane + ", " + pair(kernel, first, second, 1) + ", " + pair(dilation, first, second, 1)
                + ", " + pair(padding, first, second, 0) + ", " + pair(stride, first, second, 1) + ")";
    }

    private static String pair(int[] sizes, int first, int second, int none) {
        return Rules.tuple(first < 0 ? none : sizes[first], second < 0 ? none : sizes[second]);
    }
}
