package org.gradtwin.matrix;

import org.jspecify.annotations.Nullable;

/** What stands between the brackets of {@code x[...]} for one dimension. */
public sealed interface Index {
    /** The whole dimension, {@code :}. */
    Index ALL = new Slice(null, null, 1);

    /** {@code start:stop} as in Python. */
    static Index slice(@Nullable Integer start, @Nullable Integer stop) {
        return new Slice(start, stop, 1);
    }

    /** {@code start:stop:step} as in Python, with a positive step. */
    static Index slice(@Nullable Integer start, @Nullable Integer stop, int step) {
        return new Slice(start, stop, step);
    }

    /** One position, which drops the dimension. */
    static Index at(int position) {
        return new Picks(new int[0], new int[] {position});
    }

    /** A vector of positions. */
    static Index picks(int... positions) {
        return new Picks(new int[] {positions.length}, positions);
    }

    /**
     * An integer array of up to two dimensions.
     *
     * @param shape its shape
     * @param positions row-major
     */
    static Index picks(int[] shape, int[] positions) {
        return new Picks(shape, positions);
    }

    /** {@code start:stop:step}; null where Python allows nothing. */
    record Slice(@Nullable Integer start, @Nullable Integer stop, int step) implements Index {
        public Slice {
            if (step <= 0) {
                throw new IllegalArgumentException("slice: step must be positive, but is " + step);
            }
        }

        int[] positions(int length) {
            int from = clip(start, 0, length);
            int to = clip(stop, length, length);
            int[] positions = new int[Math.max(0, (int) (((long) to - from + step - 1) / step))];
            for (int i = 0; i < positions.length; i++) {
                positions[i] = from + i * step;
            }
            return positions;
        }

        private static int clip(@Nullable Integer bound, int missing, int length) {
            if (bound == null) {
                return missing;
            }
            return Math.max(0, Math.min(length, bound < 0 ? bound + length : bound));
        }
    }

    /** An integer array; negative positions count from the end. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere, and copied at the border
    record Picks(int[] shape, int[] positions) implements Index {
        public Picks {
            if (Dims.of(shape).size() != positions.length) {
                throw new IllegalArgumentException(
                        "index %s: %d positions".formatted(Dims.of(shape), positions.length));
            }
            shape = shape.clone();
            positions = positions.clone();
        }

        int[] positions(String op, int dimension, int length) {
            int[] resolved = new int[positions.length];
            for (int i = 0; i < resolved.length; i++) {
                int position = positions[i];
                if (position < -length || position >= length) {
                    throw new IllegalArgumentException("%s: index %d is out of bounds for dimension %d with size %d"
                            .formatted(op, position, dimension, length));
                }
                resolved[i] = position < 0 ? position + length : position;
            }
            return resolved;
        }
    }
}
