package org.gradtwin.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;
import org.gradtwin.program.Attributes;
import org.gradtwin.program.Index;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** The ops that go through the TorchScript module: each is a method of the op's name. */
final class ScriptOps {
    private final TorchRuntime runtime;
    private final PtNDManager manager;

    ScriptOps(TorchRuntime runtime, PtNDManager manager) {
        this.runtime = runtime;
        this.manager = manager;
    }

    PtNDArray apply(Op op, List<@Nullable PtNDArray> operands, Attributes attributes) {
        if (op == Ops.of("index")) {
            return index(operands, attributes.index());
        }
        double[] packed = Packing.pack(op, operands, attributes);
        return packed.length == 0 ? run(op.id(), operands) : run(op.id(), operands, packed);
    }

    /**
     * One item of the subscript after the other, then all index tensors at once, as Python does it: a slice and an
     * integer are views, index tensors a gather.
     */
    private PtNDArray index(List<@Nullable PtNDArray> operands, Index index) {
        PtNDArray result = operand(operands, 0);
        List<PtNDArray> gathers = new ArrayList<>();
        int dim = 0;
        int firstGathered = 0;
        for (Index.Item item : index.items()) {
            if (item instanceof Index.At at) {
                result = run("index_select", List.of(result), dim, at.position());
            } else if (item instanceof Index.Slice slice) {
                double[] packed = new Packing()
                        .add(dim)
                        .optional(slice.start())
                        .optional(slice.stop())
                        .add(slice.step() == null ? 1 : slice.step())
                        .entries();
                result = run("index_slice", List.of(result), packed);
                dim++;
            } else if (item instanceof Index.Gather gather) {
                if (gathers.isEmpty()) {
                    firstGathered = dim;
                }
                gathers.add(operand(operands, gather.operand()));
                dim++;
            }
        }
        return switch (gathers.size()) {
            case 0 -> result;
            case 1 -> run(firstGathered == 0 ? "index_first" : "index_second", List.of(result, gathers.get(0)));
            case 2 -> run("index_both", List.of(result, gathers.get(0), gathers.get(1)));
            default -> throw new IllegalArgumentException("too many indices: " + gathers.size() + " index tensors");
        };
    }

    private PtNDArray run(String method, List<? extends @Nullable PtNDArray> operands, double... packed) {
        PtNDArray attributes = packed.length == 0
                ? null
                : Marshal.toTorch(manager, Tensor.of(DType.FLOAT64, Shape.of(packed.length), packed));
        NDList inputs = new NDList(operands.size() + 2);
        for (PtNDArray operand : operands) {
            // An absent operand is announced by the attributes, which stand in its place.
            NDArray input = operand == null ? attributes : operand;
            if (input == null) {
                throw new IllegalArgumentException(method + ": an operand is missing");
            }
            inputs.add(input);
        }
        if (attributes != null) {
            inputs.add(attributes);
        }
        inputs.add(runtime.method(method));
        return (PtNDArray) IValueUtils.forward(runtime.module(), inputs, true).singletonOrThrow();
    }

    private static PtNDArray operand(List<@Nullable PtNDArray> operands, int i) {
        PtNDArray operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException("index: operand " + i + " is missing");
        }
        return operand;
    }
}
