package org.gradtwin.assertions;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Attempt;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.Backward;
import org.gradtwin.fixture.Expectation;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.fixture.TensorSource;
import org.gradtwin.fuzz.Rounding;
import org.gradtwin.language.Program;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The same computation in PyTorch: a program, as one would write it in Python after {@code from torch import *}, and its inputs. PyTorch is
 * asked when an assertion needs it, once for each type, and starts once in a Java process. The last statement is differentiated.
 */
public final class Twin {
    /** Any: the same noise each time. */
    private static final long SEED = 1;

    private static final List<DType> FLOATING = List.of(DType.FLOAT32, DType.FLOAT64);

    private final Program program;
    private final Map<String, GivenNumbers> inputs;
    private final Map<String, Shape> shapes;
    private final @Nullable GivenNumbers cotangent;
    private final Map<DType, Answer> answers = new ConcurrentHashMap<>();

    /** What PyTorch answered, and how far rounding may be off. */
    private record Answer(Task task, Evaluation evaluation, Map<Quantity, Tolerance> tolerances) {}

    private Twin(
            Program program,
            Map<String, GivenNumbers> inputs,
            Map<String, Shape> shapes,
            @Nullable GivenNumbers cotangent) {
        this.program = program;
        this.inputs = inputs;
        this.shapes = shapes;
        this.cotangent = cotangent;
    }

    /**
     * A program without its inputs.
     *
     * @param lines statements, separated by line ends or semicolons
     * @throws org.gradtwin.language.ProgramException if they are no program
     */
    public static Twin of(String... lines) {
        List<String> statements = Arrays.stream(lines)
                .flatMap(line -> Arrays.stream(line.split("[;\\n\\r]")))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
        return new Twin(Program.parse(statements), Map.of(), Map.of(), null);
    }

    /**
     * The same with an input. Floating numbers are differentiated; int and long are indices, boolean is a mask.
     *
     * @param name as the program has it
     * @param numbers see {@link GradtwinAssertions}
     * @param dims the shape of numbers that are flat; none for that of the array
     * @throws IllegalArgumentException if the program does not read it, or the numbers do not fit
     */
    public Twin with(String name, Object numbers, int... dims) {
        if (!program.inputs().contains(name)) {
            throw new IllegalArgumentException(
                    "the program does not read '" + name + "', it reads " + String.join(", ", program.inputs()));
        }
        GivenNumbers given = GivenNumbers.of(numbers, name);
        Shape shape = dims.length == 0 ? given.tensor().shape() : Shape.of(dims);
        if (!given.in(shape).shape().equals(shape)) {
            throw new IllegalArgumentException(name + ": numbers of shape "
                    + given.tensor().shape() + " are not of the shape " + shape + " that is asked for");
        }
        Map<String, GivenNumbers> more = new LinkedHashMap<>(inputs);
        more.put(name, given);
        Map<String, Shape> all = new LinkedHashMap<>(shapes);
        all.put(name, shape);
        return new Twin(program, more, all, cotangent);
    }

    /** The same with a cotangent, as {@code y.backward(v)} takes it: gradients are of the sum of its elements times those of the last value. */
    public Twin withCotangent(Object numbers) {
        return new Twin(program, inputs, shapes, GivenNumbers.of(numbers, "the cotangent"));
    }

    /** What PyTorch answered once: it is not asked again. */
    static Twin of(FixtureCase recorded) {
        Task task = recorded.task();
        Map<String, GivenNumbers> inputs = new LinkedHashMap<>();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        task.inputs().forEach((name, input) -> {
            inputs.put(name, new GivenNumbers(input.value(), false));
            shapes.put(name, input.value().shape());
        });
        Twin twin = new Twin(
                task.program(),
                inputs,
                shapes,
                recorded.backward().cotangent().isPresent() ? new GivenNumbers(task.cotangent(), false) : null);
        for (DType dtype : recorded.dtypes()) {
            twin.answers.put(
                    dtype,
                    new Answer(
                            task.rounded(dtype),
                            new Evaluation("recorded", dtype, recorded.expected(dtype)),
                            recorded.tolerances(dtype)));
        }
        return twin;
    }

    /** This program and its inputs as a case of a fixture, without numbers. */
    FixtureCase toCase(String id) {
        Task task = task();
        SortedMap<String, FixtureInput> given = new TreeMap<>();
        task.inputs()
                .forEach((name, input) ->
                        given.put(name, new FixtureInput(source(input.value()), input.requiresGrad())));
        Optional<TensorSource> vector = task.cotangent().shape().rank() == 0 && cotangent == null
                ? Optional.empty()
                : Optional.of(source(task.cotangent()));
        return new FixtureCase(
                id,
                "What PyTorch answered when a test was recorded.",
                List.of(),
                given,
                program.lines(),
                new Backward(root(), vector),
                new TreeSet<>(FLOATING),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    private static TensorSource source(Tensor tensor) {
        return tensor.dtype() == DType.INT64
                ? new TensorSource.Indices(tensor)
                : new TensorSource.Values(tensor.dtype() == DType.BOOL ? tensor : tensor.to(DType.FLOAT64));
    }

    /** What PyTorch answers in all types, with how far rounding may be off. */
    Expectation answers() {
        Map<DType, Map<Quantity, Optional<Tensor>>> tensors = new LinkedHashMap<>();
        Map<DType, Map<Quantity, Tolerance>> tolerances = new LinkedHashMap<>();
        for (DType dtype : FLOATING) {
            Answer answer = answer(dtype);
            Map<Quantity, Optional<Tensor>> all = new LinkedHashMap<>(answer.evaluation.quantities());
            all.values()
                    .removeIf(tensor ->
                            tensor.filter(given -> !given.dtype().isFloating()).isPresent());
            Map<Quantity, Tolerance> allowed = new LinkedHashMap<>();
            all.forEach((quantity, tensor) -> tensor.ifPresent(
                    given -> allowed.put(quantity, answer.tolerances.getOrDefault(quantity, Tolerance.EXACT))));
            tensors.put(dtype, all);
            tolerances.put(dtype, allowed);
        }
        return new Expectation(tensors, tolerances, Map.of());
    }

    private String root() {
        return program.statements().get(program.statements().size() - 1).name();
    }

    private Answer answer(DType dtype) {
        return answers.computeIfAbsent(dtype, key -> {
            Task task = task().rounded(dtype);
            return new Answer(
                    task,
                    Evaluator.evaluate(new TorchEngine(), task, dtype),
                    new Rounding(new ScalarEngine()).tolerances(task, dtype, SEED));
        });
    }

    private Task task() {
        Map<String, Input> leaves = new LinkedHashMap<>();
        Map<String, Type> types = new LinkedHashMap<>();
        for (String name : program.inputs()) {
            GivenNumbers given = inputs.get(name);
            Shape shape = shapes.get(name);
            if (given == null || shape == null) {
                throw new IllegalArgumentException(
                        "the program reads '" + name + "': give it by .with(\"" + name + "\", …)");
            }
            Tensor value = given.in(shape);
            leaves.put(name, new Input(value, value.dtype().isFloating()));
            types.put(name, leaves.get(name).type(DType.FLOAT64));
        }
        Type root = program.infer(types).get(root());
        Shape shape = root == null ? Shape.SCALAR : root.shape();
        Tensor vector = cotangent == null ? Tensor.full(DType.FLOAT64, shape, 1) : cotangent.in(shape);
        return new Task(program, leaves, root(), vector);
    }

    /**
     * What PyTorch gives for a quantity; empty if the root does not depend on the name.
     *
     * @throws IllegalArgumentException if there is no such quantity, or it is not said of what the gradient is
     */
    Optional<Tensor> expected(Quantity quantity, DType dtype) {
        Evaluation evaluation = answer(dtype).evaluation;
        if (!evaluation.quantities().containsKey(quantity)) {
            throw new IllegalArgumentException(this + " has no " + quantity + ", it has the "
                    + String.join(
                            ", the ",
                            evaluation.quantities().keySet().stream()
                                    .map(Quantity::toString)
                                    .toList()));
        }
        Shape root = evaluation.get(Quantity.value(root())).map(Tensor::shape).orElse(Shape.SCALAR);
        if (quantity.kind() == Quantity.Kind.GRAD && cotangent == null && root.size() != 1) {
            throw new IllegalArgumentException(
                    "'" + root() + "' is of shape " + root + ", not one number: sum it, or use .withCotangent(…)");
        }
        return evaluation.get(quantity);
    }

    /** How far rounding may be off; empty for what is not rounded. */
    Optional<Tolerance> tolerance(Quantity quantity, DType dtype) {
        return Optional.ofNullable(answer(dtype).tolerances.get(quantity));
    }

    /** The same quantity in 50 digits, rounded; empty if it cannot be had so. */
    Optional<Tensor> exactly(Quantity quantity, DType dtype) {
        try {
            Attempt attempt = Evaluator.attempt(new ExactEngine(), answer(dtype).task, dtype);
            return attempt.failures().containsKey(quantity)
                    ? Optional.empty()
                    : attempt.evaluation().get(quantity);
        } catch (UnsupportedOpException e) {
            return Optional.empty();
        }
    }

    /** The program in a line. */
    @Override
    public String toString() {
        return String.join("; ", program.lines());
    }
}
