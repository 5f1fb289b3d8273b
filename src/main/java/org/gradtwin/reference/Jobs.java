package org.gradtwin.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.TensorBytes;
import org.gradtwin.fixture.Throws;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.fixture.training.TrainingDraft;
import org.gradtwin.fixture.write.CanonicalJson.Real;
import org.gradtwin.language.Expansion;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Cases as jobs: trees for JSON, which {@code reference-scripts/gradtwin_reference/case.py} reads. */
public final class Jobs {
    private Jobs() {}

    /**
     * What holds for all jobs of a run.
     *
     * @param processes how many work side by side
     * @param fresh whether recorded tolerances stay where they would be right
     * @param samples to hold against what is recorded, 0 to make numbers
     */
    public static Map<String, @Nullable Object> common(int processes, boolean fresh, int samples) {
        return tree(
                "processes",
                (long) processes,
                "fresh",
                fresh,
                "samples",
                (long) samples,
                "budgets",
                KernelBudgets.byKernel());
    }

    /** A program with its inputs, what is wanted of it and what is recorded. */
    public static Map<String, @Nullable Object> program(String name, FixtureCase given) {
        Task task = given.task();
        Map<String, @Nullable Object> inputs = new TreeMap<>();
        task.inputs().forEach((input, leaf) -> {
            Map<String, @Nullable Object> tree = tensor(leaf.value());
            tree.put("requires_grad", leaf.requiresGrad());
            inputs.put(input, tree);
        });
        Map<String, @Nullable Object> expect = new LinkedHashMap<>();
        Map<String, @Nullable Object> tolerance = new LinkedHashMap<>();
        given.expectation().ifPresent(recorded -> {
            recorded.tensors()
                    .forEach((dtype, tensors) -> expect.put(
                            dtype.torchName(),
                            nested(tensors, number -> number.map(Jobs::tensor).orElse(null))));
            recorded.tolerances()
                    .forEach((dtype, tolerances) -> tolerance.put(dtype.torchName(), nested(tolerances, Jobs::tree)));
        });
        return tree(
                "name",
                name,
                "dtypes",
                names(given.dtypes()),
                "inputs",
                inputs,
                "program",
                statements(task.program()),
                "definitions",
                given.refusal().isPresent()
                        ? null
                        : Expansion.of(task.program(), task.inputTypes(DType.FLOAT64), DType.FLOAT64)
                                .map(Jobs::statements)
                                .orElse(null),
                "root",
                task.root(),
                "cotangent",
                given.backward()
                        .cotangent()
                        .map(source -> tensor(source.tensor()))
                        .orElse(null),
                "refused",
                given.refusal().map(Throws::line).map(Long::valueOf).orElse(null),
                "undetermined",
                task.program().undetermined().stream().sorted().toList(),
                "expect",
                expect,
                "tolerance",
                tolerance);
    }

    /** A training with its batches, what is wanted of it and what is recorded. */
    static Map<String, @Nullable Object> training(String name, TrainingDraft.Case draft) {
        TrainingCase given = draft.given();
        Map<String, @Nullable Object> parameters = new LinkedHashMap<>();
        given.parameters().forEach((parameter, tensor) -> parameters.put(parameter, tensor(tensor)));
        Map<String, @Nullable Object> expect = new LinkedHashMap<>();
        draft.numbers()
                .keySet()
                .forEach(dtype -> expect.put(dtype.torchName(), nested(quantities(draft, dtype), Jobs::tensor)));
        Map<String, @Nullable Object> tolerance = new LinkedHashMap<>();
        draft.tolerances().forEach((dtype, tree) -> tolerance.put(dtype.torchName(), tree));
        int samples = given.data().size();
        return tree(
                "name",
                name,
                "dtypes",
                names(given.dtypes()),
                "activation",
                given.architecture().activation().toString(),
                "parameters",
                parameters,
                "inputs",
                tensor(Tensor.of(
                        DType.FLOAT64,
                        Shape.of(samples, given.data().features()),
                        given.data().inputs())),
                "targets",
                tensor(targets(given)),
                "batches",
                given.batches().steps(samples, given.steps()).stream()
                        .map(Jobs::longs)
                        .toList(),
                "loss",
                given.loss().key(),
                "optimizer",
                draft.authored().get("optimizer"),
                "schedule",
                draft.authored().get("schedule"),
                "marked",
                given.marked().stream().map(Long::valueOf).toList(),
                "expect",
                expect,
                "tolerance",
                tolerance);
    }

    /** What is recorded of a training in a type: the losses, and each parameter after each marked step. */
    static Map<Quantity, Tensor> quantities(TrainingDraft.Case draft, DType dtype) {
        Map<Quantity, Tensor> quantities = new LinkedHashMap<>();
        TrainingDraft.Numbers numbers = draft.numbers().get(dtype);
        if (numbers != null) {
            quantities.put(Quantity.value("loss"), numbers.losses());
            numbers.parameters()
                    .forEach((step, byName) -> byName.forEach(
                            (name, tensor) -> quantities.put(Quantity.value(step + "." + name), tensor)));
        }
        return quantities;
    }

    private static Tensor targets(TrainingCase given) {
        int samples = given.data().size();
        if (!given.data().isClassification()) {
            double[] targets = given.data().targets();
            return Tensor.of(DType.FLOAT64, Shape.of(samples, targets.length / samples), targets);
        }
        int[] labels = given.data().labels();
        long[] classes = new long[labels.length];
        for (int i = 0; i < classes.length; i++) {
            classes[i] = labels[i];
        }
        return Tensor.indices(Shape.of(samples), classes);
    }

    private static List<Object> names(Iterable<DType> dtypes) {
        List<Object> names = new ArrayList<>();
        dtypes.forEach(dtype -> names.add(dtype.torchName()));
        return names;
    }

    /** A tensor with its exact bits. */
    private static Map<String, @Nullable Object> tensor(Tensor tensor) {
        return tree(
                "dtype",
                tensor.dtype().torchName(),
                "shape",
                longs(tensor.shape().dims()),
                "base64",
                TensorBytes.write(tensor));
    }

    private static List<Object> longs(int... values) {
        List<Object> longs = new ArrayList<>();
        for (int value : values) {
            longs.add((long) value);
        }
        return longs;
    }

    private static Map<String, @Nullable Object> tree(Tolerance tolerance) {
        return tree("rtol", real(tolerance.rtol()), "atol", real(tolerance.atol()), "because", tolerance.because());
    }

    private static <T> Map<String, @Nullable Object> nested(
            Map<Quantity, T> numbers, Function<T, @Nullable Object> tree) {
        Map<String, @Nullable Object> kinds = new LinkedHashMap<>();
        for (Quantity.Kind kind : Quantity.Kind.values()) {
            Map<String, @Nullable Object> names = new TreeMap<>();
            numbers.forEach((quantity, number) -> {
                if (quantity.kind() == kind) {
                    names.put(quantity.name(), tree.apply(number));
                }
            });
            kinds.put(kind.key(), names);
        }
        return kinds;
    }

    private static List<Object> statements(Program program) {
        return program.statements().stream().<Object>map(Jobs::statement).toList();
    }

    private static Map<String, @Nullable Object> statement(Statement statement) {
        return tree("line", (long) statement.line(), "name", statement.name(), "expr", Calls.tree(statement.expr()));
    }

    private static Real real(double value) {
        return new Real(value, DType.FLOAT64);
    }

    /** An object of keys and values in turns. */
    static Map<String, @Nullable Object> tree(@Nullable Object... keysAndValues) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            tree.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return tree;
    }
}
