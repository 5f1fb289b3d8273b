package org.gradtwin.engines.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter.Kind;
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
        if (op.isSubscript()) {
            return index(op, operands, attributes.index());
        }
        double[] packed = Packing.pack(op, operands, attributes);
        return run(op, operands, packed);
    }

    /** The items of the subscript as a vector, and its index tensors, in the order in which they stand there. */
    private PtNDArray index(Op op, List<@Nullable PtNDArray> operands, Index index) {
        PtNDArray x = operand(op, operands, 0);
        boolean dots = index.items().contains(new Index.Ellipsis());
        List<Index.Item> items = dots ? index.expanded(Marshal.shape(x.getShape())) : index.items();
        Packing packing = new Packing();
        List<PtNDArray> tensors = new ArrayList<>();
        for (Index.Item item : items) {
            if (item instanceof Index.At at) {
                packing.add(0).add(at.position());
            } else if (item instanceof Index.Slice slice) {
                packing.add(1)
                        .optional(slice.start())
                        .optional(slice.stop())
                        .add(slice.step() == null ? 1 : slice.step());
            } else if (item instanceof Index.Gather gather) {
                packing.add(2);
                tensors.add(operand(op, operands, gather.operand()));
            } else {
                packing.add(3);
            }
        }
        tensors.add(vector(packing.entries()));
        NDList inputs = new NDList(tensors.size() + 2);
        inputs.add(x);
        inputs.addAll(tensors);
        return forward(op, inputs, tensors);
    }

    private PtNDArray run(Op op, List<@Nullable PtNDArray> operands, double... packed) {
        PtNDArray attributes = packed.length == 0 ? null : vector(packed);
        NDList inputs = new NDList(operands.size() + 2);
        for (PtNDArray operand : operands) {
            // An absent operand is announced by the attributes, which stand in its place.
            NDArray input = operand == null ? attributes : operand;
            if (input == null) {
                throw new IllegalArgumentException(op.id() + ": an operand is missing");
            }
            inputs.add(input);
        }
        if (attributes != null) {
            inputs.add(attributes);
        }
        boolean tuple = op.signature().operands().stream().anyMatch(parameter -> parameter.kind() == Kind.TENSORS);
        return forward(op, inputs, tuple ? List.copyOf(inputs.subList(0, operands.size())) : List.of());
    }

    /** Runs the op's method; some of the inputs are its list of tensors. */
    private PtNDArray forward(Op op, NDList inputs, List<? extends NDArray> listed) {
        inputs.add(runtime.method(op.id()));
        try {
            // How DJL wants a list of tensors to be named.
            listed.forEach(tensor -> tensor.setName("tensors[]"));
            return (PtNDArray)
                    IValueUtils.forward(runtime.module(), inputs, true).singletonOrThrow();
        } finally {
            listed.forEach(tensor -> tensor.setName(null));
        }
    }

    private PtNDArray vector(double... entries) {
        return Marshal.toTorch(manager, Tensor.of(DType.FLOAT64, Shape.of(entries.length), entries));
    }

    private static PtNDArray operand(Op op, List<@Nullable PtNDArray> operands, int i) {
        PtNDArray operand = operands.get(i);
        if (operand == null) {
            throw new IllegalArgumentException(op.id() + ": operand " + i + " is missing");
        }
        return operand;
    }
}
