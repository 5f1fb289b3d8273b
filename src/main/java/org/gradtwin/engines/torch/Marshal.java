package org.gradtwin.engines.torch;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/** Copies tensors to PyTorch and back, bit by bit. */
final class Marshal {
    /** One a thread: direct buffers are freed only when Java collects garbage, and Java does not see their size. */
    private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal.withInitial(() -> direct(1 << 16));

    private Marshal() {}

    /** A copy in memory of PyTorch's own. */
    static PtNDArray toTorch(PtNDManager manager, Tensor tensor) {
        DataType type = type(tensor.dtype());
        if (tensor.size() == 1 && tensor.dtype().isFloating()) {
            // One call instead of three; most tensors of small programs are numbers.
            return JniUtils.full(manager, shape(tensor.shape()), tensor.get(0), type, Device.cpu(), SparseFormat.DENSE);
        }
        ByteBuffer bytes = buffer(tensor.size() * width(tensor.dtype()));
        for (int i = 0; i < tensor.size(); i++) {
            switch (tensor.dtype()) {
                case FLOAT32 -> bytes.putFloat((float) tensor.get(i));
                case FLOAT64 -> bytes.putDouble(tensor.get(i));
                case INT64 -> bytes.putLong(tensor.getLong(i));
                case BOOL -> bytes.put((byte) tensor.getLong(i));
            }
        }
        // An array over the buffer would have the buffer's alignment, and matrix products other last bits with it.
        try (PtNDArray view = JniUtils.createNdFromByteBuffer(
                manager, bytes, shape(tensor.shape()), type, SparseFormat.DENSE, Device.cpu())) {
            return JniUtils.clone(view);
        }
    }

    /** A copy. */
    static Tensor fromTorch(PtNDArray array) {
        org.gradtwin.tensor.Shape shape = shape(array.getShape());
        ByteBuffer bytes = JniUtils.getByteBuffer(array, false);
        DType dtype = dtype(array.getDataType());
        if (dtype == DType.INT64) {
            long[] longs = new long[shape.size()];
            bytes.asLongBuffer().get(longs);
            return Tensor.indices(shape, longs);
        }
        if (dtype == DType.BOOL) {
            boolean[] booleans = new boolean[shape.size()];
            for (int i = 0; i < booleans.length; i++) {
                booleans[i] = bytes.get() != 0;
            }
            return Tensor.bools(shape, booleans);
        }
        double[] doubles = new double[shape.size()];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = dtype == DType.FLOAT32 ? bytes.getFloat() : bytes.getDouble();
        }
        return Tensor.of(dtype, shape, doubles);
    }

    private static Shape shape(org.gradtwin.tensor.Shape shape) {
        return new Shape(Arrays.stream(shape.dims()).asLongStream().toArray());
    }

    /** The sizes in the project's own type. */
    static org.gradtwin.tensor.Shape shape(Shape shape) {
        return org.gradtwin.tensor.Shape.of(
                Arrays.stream(shape.getShape()).mapToInt(Math::toIntExact).toArray());
    }

    private static ByteBuffer buffer(int bytes) {
        ByteBuffer own = BUFFER.get();
        return bytes <= own.capacity() ? own.clear() : direct(bytes);
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static int width(DType dtype) {
        return switch (dtype) {
            case FLOAT32 -> Float.BYTES;
            case FLOAT64 -> Double.BYTES;
            case INT64 -> Long.BYTES;
            case BOOL -> Byte.BYTES;
        };
    }

    private static DataType type(DType dtype) {
        return dtype == DType.BOOL ? DataType.BOOLEAN : DataType.valueOf(dtype.name());
    }

    private static DType dtype(DataType type) {
        return type == DataType.BOOLEAN ? DType.BOOL : DType.valueOf(type.name());
    }
}
