package org.gradtwin.adapters;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.tensorflow.Graph;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** A graph of TensorFlow, whose leaves are placeholders that are fed when a session runs. */
final class TensorFlowGraph extends TensorGraph<Output<?>> {
    private final DType dtype;
    private final Graph graph = new Graph();
    private final Map<Output<?>, org.tensorflow.Tensor> fed = new HashMap<>();
    private Session session;

    TensorFlowGraph(DType dtype) {
        super(dtype);
        this.dtype = dtype;
    }

    /** A kernel's first output, of attributes by name, and of operands, which are one value or a list. */
    Output<?> op(String type, Map<String, Object> attributes, Object... operands) {
        OperationBuilder builder = graph.baseScope().opBuilder(type, type);
        for (Object operand : operands) {
            if (operand instanceof Output<?> one) {
                builder.addInput(one);
            } else {
                builder.addInputList(((List<?>) operand).toArray(Output<?>[]::new));
            }
        }
        attributes.forEach((name, value) -> {
            if (value instanceof Boolean flag) {
                builder.setAttr(name, flag);
            } else if (value instanceof Long number) {
                builder.setAttr(name, number);
            } else if (value instanceof Float number) {
                builder.setAttr(name, number);
            } else if (value instanceof long[] numbers) {
                builder.setAttr(name, numbers);
            } else if (value instanceof DataType of) {
                builder.setAttr(name, of);
            } else if (value instanceof org.tensorflow.ndarray.Shape shape) {
                builder.setAttr(name, shape);
            } else if (value instanceof org.tensorflow.Tensor tensor) {
                builder.setAttr(name, tensor);
            } else {
                builder.setAttr(name, (String) value);
            }
        });
        return builder.build().output(0);
    }

    Output<?> op(String type, Output<?>... operands) {
        return op(type, Map.of(), (Object[]) operands);
    }

    private Output<?> constant(org.tensorflow.Tensor value) {
        return op("Const", Map.of("dtype", value.dataType(), "value", value));
    }

    /** Integers as attributes are here: a constant operand. */
    Output<?> ints(int... values) {
        return constant(TInt32.vectorOf(values));
    }

    Output<?> number(int value) {
        return constant(TInt32.scalarOf(value));
    }

    Output<?> number(double value) {
        return constant(tensor(Tensor.scalar(dtype, value)));
    }

    /** Indices of a dimension, none of them negative. */
    Output<?> positions(Tensor indices, int size) {
        requireIndices(indices);
        long[] positions = indices.toLongs();
        for (int i = 0; i < positions.length; i++) {
            positions[i] += positions[i] < 0 ? size : 0;
        }
        return constant(tensor(Tensor.indices(indices.shape(), positions)));
    }

    /** The last dimensions with zeros on both sides. */
    Output<?> padded(Output<?> x, int... padding) {
        int[] widths = new int[2 * (padding.length + 2)];
        for (int i = 0; i < padding.length; i++) {
            widths[2 * i + 4] = padding[i];
            widths[2 * i + 5] = padding[i];
        }
        return op("Pad", x, op("Reshape", ints(widths), ints(-1, 2)));
    }

    /** One dimension after the channels is made two. */
    Output<?> plane(Output<?> x, int dimensions) {
        return dimensions == 1 ? op("ExpandDims", x, number(2)) : x;
    }

    /** The channels put last. */
    Output<?> last(Output<?> x, int dimensions) {
        int[] order = new int[dimensions + 2];
        for (int i = 1; i <= dimensions; i++) {
            order[i] = i + 1;
        }
        order[dimensions + 1] = 1;
        return op("Transpose", x, ints(order));
    }

    /** The last dimension put where channels are. */
    Output<?> first(Output<?> x, int dimensions) {
        int[] order = new int[dimensions + 2];
        order[1] = dimensions + 1;
        for (int i = 1; i <= dimensions; i++) {
            order[i + 1] = i;
        }
        return op("Transpose", x, ints(order));
    }

    /** Sizes for all dimensions, channels last. */
    static long[] windows(int... sizes) {
        int more = sizes.length == 1 ? 1 : 0;
        long[] all = new long[sizes.length + more + 2];
        Arrays.fill(all, 1);
        for (int i = 0; i < sizes.length; i++) {
            all[i + more + 1] = sizes[i];
        }
        return all;
    }

    @Override
    Output<?> made(Tensor value, boolean requiresGrad) {
        org.tensorflow.Tensor tensor = tensor(value);
        Output<?> leaf = op("Placeholder", Map.of("dtype", tensor.dataType(), "shape", tensor.shape()));
        fed.put(leaf, tensor);
        return leaf;
    }

    @Override
    Output<?> made(String op, Applied<Output<?>> applied) {
        Rule<TensorFlowGraph, Output<?>> rule = TensorFlowJava.OPS.get(op);
        return rule == null ? null : rule.apply(this, applied);
    }

    @Override
    List<Tensor> run(List<Output<?>> values) {
        session = session == null ? new Session(graph) : session;
        Session.Runner runner = session.runner();
        fed.forEach(runner::feed);
        // What is fed cannot be fetched.
        values.forEach(value -> runner.fetch(fed.containsKey(value) ? op("Identity", value) : value));
        try (Result result = runner.run()) {
            List<Tensor> read = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                read.add(tensor(result.get(i)));
            }
            return read;
        }
    }

    @Override
    List<Tensor> run(Output<?> root, Tensor cotangent, List<Output<?>> by) {
        Output<?>[] gradients = graph.addGradients(
                null, new Output<?>[] {root}, by.toArray(Output<?>[]::new), new Output<?>[] {constant(tensor(cotangent))});
        List<Output<?>> given = Stream.of(gradients).filter(TensorFlowGraph::isThere).collect(Collectors.toList());
        List<Tensor> read = new ArrayList<>(run(given));
        for (int i = 0; i < gradients.length; i++) {
            if (!isThere(gradients[i])) {
                read.add(i, null);
            }
        }
        return read;
    }

    /** An output of no operation stands for no gradient: it cannot even be asked for its shape. */
    private static boolean isThere(Output<?> gradient) {
        try {
            gradient.shape();
            return true;
        } catch (IllegalStateException e) {
            return false;
        }
    }

    private static org.tensorflow.Tensor tensor(Tensor value) {
        long[] sizes = new long[value.shape().rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = value.shape().dim(i);
        }
        org.tensorflow.ndarray.Shape shape = org.tensorflow.ndarray.Shape.of(sizes);
        return switch (value.dtype()) {
            case FLOAT32 -> {
                float[] floats = new float[value.size()];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) value.get(i);
                }
                yield TFloat32.tensorOf(shape, DataBuffers.of(floats));
            }
            case FLOAT64 -> TFloat64.tensorOf(shape, DataBuffers.of(value.toDoubles()));
            case INT64 -> TInt64.tensorOf(shape, DataBuffers.of(value.toLongs()));
            case BOOL -> {
                boolean[] bools = new boolean[value.size()];
                for (int i = 0; i < bools.length; i++) {
                    bools[i] = value.get(i) != 0;
                }
                yield TBool.tensorOf(shape, DataBuffers.of(bools));
            }
        };
    }

    private static Tensor tensor(org.tensorflow.Tensor value) {
        int[] sizes = new int[value.shape().numDimensions()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = (int) value.shape().get(i);
        }
        Shape shape = Shape.of(sizes);
        ByteDataBuffer bytes = value.asRawTensor().data();
        if (value.dataType() == DataType.DT_BOOL) {
            boolean[] bools = new boolean[shape.size()];
            bytes.asBooleans().read(bools);
            return Tensor.bools(shape, bools);
        }
        double[] numbers = new double[shape.size()];
        if (value.dataType() == DataType.DT_DOUBLE) {
            bytes.asDoubles().read(numbers);
            return Tensor.of(DType.FLOAT64, shape, numbers);
        }
        float[] floats = new float[numbers.length];
        bytes.asFloats().read(floats);
        for (int i = 0; i < floats.length; i++) {
            numbers[i] = floats[i];
        }
        return Tensor.of(DType.FLOAT32, shape, numbers);
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
        }
        graph.close();
        fed.values().forEach(org.tensorflow.Tensor::close);
    }
}
