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
import org.gradtwin.language.Parameter;
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
        List<@Nullable PtNDArray> tuple = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            Parameter parameter = op.signature().of(i, operands.size());
            if (parameter != null && parameter.kind().isTuple()) {
                tuple.add(operands.get(i));
            }
        }
        return asList(tuple, () -> run(op.id(), apart(op, operands, tuple), packed));
    }

    /** The gradient of a value of one element, with its own graph. */
    PtNDArray grad(PtNDArray root, PtNDArray value) {
        return run("grad", List.of(root, value));
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
        return asList(tensors, () -> forward(op.id(), inputs));
    }

    /** The operands, where one that is in the tuple too is another tensor beside it: DJL tells those of a list by their name. */
    @SuppressWarnings("ReferenceEquality") // equal numbers in two tensors do not matter
    private static List<@Nullable PtNDArray> apart(
            Op op, List<@Nullable PtNDArray> operands, List<@Nullable PtNDArray> tuple) {
        List<@Nullable PtNDArray> apart = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            PtNDArray operand = operands.get(i);
            Parameter parameter = op.signature().of(i, operands.size());
            boolean listed = parameter != null && parameter.kind().isTuple();
            boolean shared = !listed && tuple.stream().anyMatch(other -> other == operand);
            apart.add(operand != null && shared ? operand.reshape(operand.getShape()) : operand);
        }
        return apart;
    }

    /** Runs something while some of its inputs are a list of tensors. */
    private static PtNDArray asList(List<? extends @Nullable PtNDArray> tensors, Supplier<PtNDArray> run) {
        List<PtNDArray> listed = tensors.stream().filter(Objects::nonNull).collect(Collectors.toList());
        try {
            // How DJL wants a list of tensors to be named.
            listed.forEach(tensor -> tensor.setName("tensors[]"));
            return run.get();
        } finally {
            listed.forEach(tensor -> tensor.setName(null));
        }
    }

    private PtNDArray run(String method, List<? extends @Nullable PtNDArray> operands, double... packed) {
        PtNDArray attributes = packed.length == 0 ? null : vector(packed);
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
        return forward(method, inputs);
    }

    private PtNDArray forward(String method, NDList inputs) {
        inputs.add(runtime.method(method));
        return (PtNDArray) IValueUtils.forward(runtime.module(), inputs, true).singletonOrThrow();
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
