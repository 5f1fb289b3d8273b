package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One task on its way to a smaller one: statements and inputs that can be changed freely, and put together to a task
 * again if they still fit.
 */
final class Candidate {
    /** Of more elements along a dimension, half is tried first. */
    private static final int FEW = 8;

    private static final int ANY = 0;

    private final Map<String, Expr> statements = new LinkedHashMap<>();
    private final Map<String, Input> inputs;
    private final @Nullable Tensor cotangent;
    private final String root;

    private Candidate(
            Map<String, Expr> statements, Map<String, Input> inputs, String root, @Nullable Tensor cotangent) {
        this.statements.putAll(statements);
        this.inputs = new LinkedHashMap<>(inputs);
        this.root = root;
        this.cotangent = cotangent;
    }

    static Candidate of(Task task) {
        Map<String, Expr> statements = new LinkedHashMap<>();
        for (Statement statement : task.program().statements()) {
            statements.put(statement.name(), statement.expr());
        }
        return new Candidate(statements, task.inputs(), task.root(), task.cotangent());
    }

    /** The same with another root, of cotangent ones, and without what comes after it. */
    Candidate rootedAt(String name) {
        Map<String, Expr> kept = new LinkedHashMap<>();
        for (Map.Entry<String, Expr> statement : statements.entrySet()) {
            kept.put(statement.getKey(), statement.getValue());
            if (statement.getKey().equals(name)) {
                break;
            }
        }
        return new Candidate(kept, inputs, name, null);
    }

    /** The same with another expression for a statement, or without it if that is null. */
    Candidate with(String name, @Nullable Expr expr) {
        Candidate changed = new Candidate(statements, inputs, root, cotangent);
        if (expr == null) {
            changed.statements.remove(name);
        } else {
            changed.statements.put(name, expr);
        }
        return changed;
    }

    /** The same with another input, or a new one. */
    Candidate with(String name, Input input) {
        Candidate changed = new Candidate(statements, inputs, root, cotangent);
        changed.inputs.put(name, input);
        return changed;
    }

    /** The same with a name written out where it is used. */
    Candidate inlined(String name, Expr expr) {
        Candidate changed = with(name, (Expr) null);
        changed.statements.replaceAll((user, body) -> Inliner.substitute(body, name, expr));
        return changed;
    }

    /** The same with another cotangent. */
    Candidate with(Tensor other) {
        return new Candidate(statements, inputs, root, other);
    }

    /** The same with a cotangent of ones. */
    Candidate withOnes() {
        return new Candidate(statements, inputs, root, null);
    }

    /** The same with all floating inputs requiring a gradient, so that any statement may be the root. */
    Candidate requiringGrad() {
        Candidate changed = new Candidate(statements, inputs, root, cotangent);
        changed.inputs.replaceAll(
                (name, input) -> new Input(input.value(), input.value().dtype().isFloating()));
        return changed;
    }

    /** The task, empty if this does not fit together; inputs that the program does not use are left out. */
    Optional<Task> task() {
        try {
            List<String> lines = new ArrayList<>();
            statements.forEach((name, expr) -> lines.add(name + " = " + expr));
            Program program = Program.parse(lines);
            Map<String, Input> used = new LinkedHashMap<>();
            Map<String, Type> types = new LinkedHashMap<>();
            inputs.forEach((name, input) -> {
                if (program.inputs().contains(name)) {
                    used.put(name, input);
                    types.put(name, input.type(DType.FLOAT64));
                }
            });
            Type type = program.infer(types).get(root);
            if (type == null) {
                return Optional.empty();
            }
            Tensor vector = cotangent != null && cotangent.shape().equals(type.shape())
                    ? cotangent
                    : Tensor.full(DType.FLOAT64, type.shape(), 1);
            Task task = new Task(program, used, root, vector);
            task.types(DType.FLOAT64);
            return Optional.of(task);
        } catch (IllegalArgumentException e) {
            // The change left something that the language refuses; it is not a candidate.
            return Optional.empty();
        }
    }

    /** Inputs of a size that is made smaller, everywhere at once or in one input. */
    Stream<Candidate> smallerShapes() {
        List<Candidate> smaller = new ArrayList<>();
        NavigableSet<Integer> sizes = new TreeSet<>();
        inputs.values()
                .forEach(input -> Arrays.stream(input.value().shape().dims())
                        .filter(size -> size > 1)
                        .forEach(sizes::add));
        for (int size : sizes) {
            Set<Integer> fewer = new LinkedHashSet<>(size > FEW ? List.of((size + 1) / 2, 1) : List.of(1));
            fewer.add(size - 1);
            for (int to : fewer) {
                resize(ANY, size, to, false, smaller);
                resize(ANY, size, to, true, smaller);
                for (int dim = 1; dim <= Shape.MAX_RANK && isOneOfSeveral(dim, size); dim++) {
                    resize(dim, size, to, false, smaller);
                }
            }
        }
        inputs.forEach((name, input) -> {
            if (input.value().shape().rank() > 0 && input.value().size() > 0) {
                Tensor one = first(input.value());
                smaller.add(with(name, new Input(one, input.requiresGrad())).withOnes());
            }
        });
        return smaller.stream();
    }

    /** Whether an input with so many dimensions, or more, has several of that size: all of them, or one, may go. */
    private boolean isOneOfSeveral(int dim, int size) {
        return inputs.values().stream()
                .map(input -> input.value().shape())
                .anyMatch(shape -> shape.rank() >= dim
                        && Arrays.stream(shape.dims())
                                        .filter(each -> each == size)
                                        .count()
                                > 1);
    }

    private void resize(int dim, int size, int to, boolean last, List<Candidate> smaller) {
        Candidate all = new Candidate(statements, inputs, root, null);
        boolean changed = false;
        for (Map.Entry<String, Input> input : inputs.entrySet()) {
            Input resized = resized(input.getValue(), dim, size, to, last);
            if (!resized.equals(input.getValue())) {
                all.inputs.put(input.getKey(), resized);
                smaller.add(with(input.getKey(), resized).withOnes());
                changed = true;
            }
        }
        if (changed) {
            smaller.add(all);
            Candidate written = new Candidate(statements, all.inputs, root, null);
            written.statements.replaceAll((name, expr) -> resized(expr, size, to));
            smaller.add(written);
        }
    }

    /** Sizes that are written down, as those that are normalized, likewise. */
    private static Expr resized(Expr expr, int size, int to) {
        if (!(expr instanceof Apply apply)) {
            return expr;
        }
        Apply smaller = apply.with(operand -> resized(operand, size, to));
        Attributes attributes = apply.attributes();
        for (String key : attributes.keys()) {
            if (attributes.get(key) instanceof List<?> sizes && sizes.contains(size)) {
                attributes = attributes.with(
                        key,
                        sizes.stream().map(one -> one.equals(size) ? to : one).toList());
            }
        }
        return new Apply(apply.op(), smaller.operands(), attributes, apply.column());
    }

    private static Tensor first(Tensor tensor) {
        return tensor.dtype().isFloating()
                ? Tensor.scalar(tensor.dtype(), tensor.get(0))
                : Tensor.indices(Shape.SCALAR, tensor.getLong(0));
    }

    /** A dimension, from the end, or any, of one size gets another: the first or the last so many are left, indices stay below it. */
    private static Input resized(Input input, int dim, int size, int to, boolean last) {
        Tensor tensor = input.value();
        int[] dims = tensor.shape().dims();
        int[] strides = tensor.shape().strides();
        int start = 0;
        for (int d = 0; d < dims.length; d++) {
            if (dims[d] == size && (dim == ANY || dim == dims.length - d)) {
                start += last ? (size - to) * strides[d] : 0;
                dims[d] = to;
            }
        }
        Shape shape = Shape.of(dims);
        if (shape.equals(tensor.shape())) {
            return input;
        }
        int first = start;
        Tensor left = tensor.pick(
                shape,
                0,
                Arrays.stream(shape.walk(strides)).map(at -> at + first).toArray());
        Tensor smaller = tensor.dtype() != DType.INT64
                ? left
                : Tensor.indices(
                        shape,
                        IntStream.range(0, left.size())
                                .mapToLong(i -> Math.min(left.getLong(i), Math.max(to - 1, 0)))
                                .toArray());
        return new Input(smaller, input.requiresGrad());
    }
}
