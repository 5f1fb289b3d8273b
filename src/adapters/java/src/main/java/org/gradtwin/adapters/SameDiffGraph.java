package org.gradtwin.adapters;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph of SameDiff: it differentiates a loss, which is the sum of the root times the cotangent. */
final class SameDiffGraph extends TensorGraph<SDVariable> {
    /** The graph, for the rules. */
    final SameDiff sd = SameDiff.create();

    /** So many slices, each an op of its own, take seconds already: for each it looks for a free name among those that there are. */
    private static final int SLICES = 64;

    private static final int SLICES_IN_ALL = 256;

    private final DType dtype;
    private int slices;

    SameDiffGraph(DType dtype) {
        super(dtype);
        this.dtype = dtype;
    }

    /** Longs as attributes are here: a constant operand. */
    SDVariable longs(Shape shape, long... values) {
        return sd.constant(array(Tensor.indices(shape, values)));
    }

    /** Indices of a dimension, none of them negative. */
    SDVariable positions(Tensor indices, int size) {
        requireIndices(indices);
        return longs(indices.shape(), LongStream.of(indices.toLongs()).map(i -> i < 0 ? i + size : i).toArray());
    }

    /** A value times ones, which stretch it to a shape. */
    SDVariable stretched(SDVariable x, Shape from, Shape to) {
        return from.equals(to) ? x : x.mul(sd.constant(array(Tensor.full(dtype, to, 1))));
    }

    /** The elements of a vector at some places: those that follow one another are a slice. Null if they are too many. */
    SDVariable picked(SDVariable vector, Shape to, int... places) {
        int[] starts = IntStream.range(0, places.length)
                .filter(i -> i == 0 || places[i] != places[i - 1] + 1)
                .toArray();
        if (starts.length > SLICES || slices + starts.length > SLICES_IN_ALL) {
            return null;
        }
        slices += starts.length;
        SDVariable[] runs = new SDVariable[starts.length];
        for (int k = 0; k < runs.length; k++) {
            int last = (k + 1 < runs.length ? starts[k + 1] : places.length) - 1;
            runs[k] = sd.stridedSlice(vector, new long[] {places[starts[k]]}, new long[] {places[last] + 1}, new long[] {1});
        }
        return (runs.length == 1 ? runs[0] : sd.concat(0, runs)).reshape(sizes(to));
    }

    static long[] sizes(Shape shape) {
        return LongStream.range(0, shape.rank()).map(i -> shape.dim((int) i)).toArray();
    }

    @Override
    SDVariable made(Tensor value, boolean requiresGrad) {
        INDArray array = array(value);
        return requiresGrad && !array.isEmpty() ? sd.var("leaf" + sd.variables().size(), array) : sd.constant(array);
    }

    /** It takes no variables without elements, and makes none. */
    @Override
    SDVariable made(String op, Applied<SDVariable> applied) {
        if (applied.result().size() == 0 || applied.types().stream().anyMatch(of -> of != null && of.shape().size() == 0)) {
            throw new UnsupportedOpException(Ops.of(op), "SameDiff takes no arrays without elements");
        }
        Rule<SameDiffGraph, SDVariable> rule = SameDiffJava.OPS.get(op);
        return rule == null ? null : rule.apply(this, applied);
    }

    @Override
    List<Tensor> run(List<SDVariable> values) {
        Map<String, INDArray> read = sd.output(Map.of(), values.stream().map(SDVariable::name).toArray(String[]::new));
        return values.stream().map(value -> tensor(read.get(value.name()))).toList();
    }

    @Override
    List<Tensor> run(SDVariable root, Tensor cotangent, List<SDVariable> by) {
        SDVariable loss = root.mul(sd.constant(array(cotangent))).sum();
        sd.setLossVariables(loss);
        String[] names = by.stream().map(SDVariable::name).toArray(String[]::new);
        Map<String, INDArray> gradients = sd.calculateGradients(Map.of(), names);
        List<Tensor> read = new ArrayList<>();
        for (String name : names) {
            INDArray gradient = gradients.get(name);
            read.add(gradient == null ? null : tensor(gradient));
        }
        return read;
    }

    private static INDArray array(Tensor value) {
        long[] sizes = sizes(value.shape());
        DataType type = switch (value.dtype()) {
            case FLOAT32 -> DataType.FLOAT;
            case FLOAT64 -> DataType.DOUBLE;
            case INT64 -> DataType.LONG;
            case BOOL -> DataType.BOOL;
        };
        if (value.size() == 0) {
            return Nd4j.create(type, sizes);
        }
        return value.dtype() == DType.INT64
                ? Nd4j.createFromArray(value.toLongs()).reshape(sizes)
                : Nd4j.createFromArray(value.toDoubles()).castTo(type).reshape(sizes);
    }

    private static Tensor tensor(INDArray array) {
        Shape shape = Shape.of(LongStream.of(array.shape()).mapToInt(size -> (int) size).toArray());
        if (array.dataType() == DataType.BOOL) {
            boolean[] bools = new boolean[shape.size()];
            INDArray numbers = array.castTo(DataType.DOUBLE).dup('c');
            for (int i = 0; i < bools.length; i++) {
                bools[i] = numbers.data().getDouble(i) != 0;
            }
            return Tensor.bools(shape, bools);
        }
        DType dtype = array.dataType() == DataType.FLOAT ? DType.FLOAT32 : DType.FLOAT64;
        double[] values = array.isEmpty() ? new double[0] : array.dup('c').data().asDouble();
        return Tensor.of(dtype, shape, values);
    }
}
