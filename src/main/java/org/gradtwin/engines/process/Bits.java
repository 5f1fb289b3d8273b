package org.gradtwin.engines.process;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Tensors on the wire: shape, type, and the elements' bits, little-endian, in row-major order, as base64. */
final class Bits {
    private Bits() {}

    private static int width(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> Float.BYTES;
            case FLOAT64, INT64 -> Double.BYTES;
            case BOOL -> 1;
        };
    }

    static ObjectNode write(Tensor tensor) {
        ByteBuffer bytes =
                ByteBuffer.allocate(tensor.size() * width(tensor.dtype())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < tensor.size(); i++) {
            switch (tensor.dtype()) {
                case FLOAT32 -> bytes.putFloat((float) tensor.get(i));
                case FLOAT64 -> bytes.putDouble(tensor.get(i));
                case INT64 -> bytes.putLong(tensor.getLong(i));
                case BOOL -> bytes.put((byte) tensor.get(i));
            }
        }
        ObjectNode node = Answers.JSON.createObjectNode();
        node.put("dtype", tensor.dtype().torchName());
        ArrayNode shape = node.putArray("shape");
        for (int size : tensor.shape().dims()) {
            shape.add(size);
        }
        return node.put("bits", bytes.array());
    }

    /** A tensor as the harness writes it. */
    static Tensor given(JsonNode node) {
        return read(node, "a leaf", DType.of(node.path("dtype").asString()), null);
    }

    /**
     * The tensor that an answer holds.
     *
     * @param what it is, for the message
     * @param shape that it must have, null if anything will do
     * @throws ChildFault if it has another shape or type, or not as many bits
     */
    static Tensor read(JsonNode node, String what, DType dtype, @org.jspecify.annotations.Nullable Shape shape) {
        String type = Answers.text(node, "dtype");
        if (!type.equals(dtype.torchName())) {
            throw new ChildFault(what + " is of " + type + ", not " + dtype.torchName());
        }
        JsonNode dims = Answers.array(node, "shape");
        int[] sizes = new int[dims.size()];
        for (int i = 0; i < sizes.length; i++) {
            if (!dims.get(i).isInt()) {
                throw new ChildFault(what + " has the shape " + dims);
            }
            sizes[i] = dims.get(i).asInt();
        }
        if (shape != null && !Arrays.equals(sizes, shape.dims())) {
            throw new ChildFault(what + " has the shape " + dims + ", not " + Arrays.toString(shape.dims()));
        }
        Shape given;
        byte[] bytes;
        try {
            given = Shape.of(sizes);
            bytes = Base64.getDecoder().decode(node.path("bits").asString(""));
        } catch (IllegalArgumentException e) {
            throw new ChildFault(what + ": " + e.getMessage(), e);
        }
        if (bytes.length != (long) given.size() * width(dtype)) {
            throw new ChildFault("%s has %,d bytes, not the %,d of %,d elements of %s"
                    .formatted(what, bytes.length, (long) given.size() * width(dtype), given.size(), type));
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (dtype) {
            case INT64 -> {
                long[] values = new long[given.size()];
                buffer.asLongBuffer().get(values);
                yield Tensor.indices(given, values);
            }
            case BOOL -> {
                boolean[] values = new boolean[given.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = buffer.get() != 0;
                }
                yield Tensor.bools(given, values);
            }
            case FLOAT32, FLOAT64 -> {
                double[] values = new double[given.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = dtype == DType.FLOAT32 ? buffer.getFloat() : buffer.getDouble();
                }
                yield Tensor.of(dtype, given, values);
            }
        };
    }
}
