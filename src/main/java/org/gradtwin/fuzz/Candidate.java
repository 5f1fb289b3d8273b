package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Input;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
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
    private final Map<String, Expr> statements = new LinkedHashMap<>();
    private final Map<String, Input> inputs;
    private final @Nullable Tensor cotangent;
    private final Function<Shape, Tensor> otherwise;
    private final String root;

    /** {@code otherwise} makes the cotangent where there is none of the root's shape. */
    private Candidate(
            Map<String, Expr> statements,
            Map<String, Input> inputs,
            String root,
            @Nullable Tensor cotangent,
            Function<Shape, Tensor> otherwise) {
        this.statements.putAll(statements);
        this.inputs = new LinkedHashMap<>(inputs);
        this.root = root;
        this.cotangent = cotangent;
        this.otherwise = otherwise;
    }

    static Candidate of(Task task) {
        Map<String, Expr> statements = new LinkedHashMap<>();
        for (Statement statement : task.program().statements()) {
            statements.put(statement.name(), statement.expr());
        }
        return new Candidate(statements, task.inputs(), task.root(), task.cotangent(), Candidate::ones);
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
        return new Candidate(kept, inputs, name, null, Candidate::ones);
    }

    /** The same with another expression for a statement, or without it if that is null. */
    Candidate with(String name, @Nullable Expr expr) {
        Candidate changed = new Candidate(statements, inputs, root, cotangent, otherwise);
        if (expr == null) {
            changed.statements.remove(name);
        } else {
            changed.statements.put(name, expr);
        }
        return changed;
    }

    /** The same with another input, or a new one. */
    Candidate with(String name, Input input) {
        Candidate changed = new Candidate(statements, inputs, root, cotangent, otherwise);
        changed.inputs.put(name, input);
        return changed;
    }

    /** The same with a name written out where it is used. */
    Candidate inlined(String name, Expr expr) {
        Candidate changed = with(name, (Expr) null);
        changed.statements.replaceAll((user, body) -> Inliner.substitute(body, name, expr));
        return changed;
    }

    /** The same with a cotangent of ones. */
    Candidate withOnes() {
        return withCotangent(Candidate::ones);
    }

    /** The same with a cotangent of distinct numbers. */
    Candidate withDistinct() {
        return withCotangent(Candidate::distinct);
    }

    private Candidate withCotangent(Function<Shape, Tensor> other) {
        return new Candidate(statements, inputs, root, null, other);
    }

    /** The same with another cotangent. */
    Candidate with(Tensor other) {
        return new Candidate(statements, inputs, root, other, otherwise);
    }

    private static Tensor ones(Shape shape) {
        return Tensor.full(DType.FLOAT64, shape, 1);
    }

    /** The numbers that stand for any: exact, and in every op's domain. */
    static Tensor distinct(Shape shape) {
        return Tensor.of(
                DType.FLOAT64,
                shape,
                IntStream.range(0, shape.size()).mapToDouble(i -> 0.5 + i / 4.0).toArray());
    }

    /** The same with all floating inputs requiring a gradient, so that any statement may be the root. */
    Candidate requiringGrad() {
        Candidate changed = new Candidate(statements, inputs, root, cotangent, otherwise);
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
                    : otherwise.apply(type.shape());
            Task task = new Task(program, used, root, vector);
            task.types(DType.FLOAT64);
            return Optional.of(task);
        } catch (IllegalArgumentException e) {
            // The change left something that the language refuses; it is not a candidate.
            return Optional.empty();
        }
    }

    /** Smaller inputs, everywhere at once or in one place, and the cotangent likewise. */
    Stream<Candidate> smallerShapes() {
        Stream<Candidate> scalars = inputs.entrySet().stream()
                .filter(input -> input.getValue().value().shape().rank() > 0
                        && input.getValue().value().size() > 0)
                .map(input -> with(
                        input.getKey(),
                        new Input(
                                first(input.getValue().value()),
                                input.getValue().requiresGrad())));
        return Stream.concat(Resizing.of(inputs.values()).stream().flatMap(this::resized), scalars);
    }

    private Stream<Candidate> resized(Resizing resizing) {
        Tensor vector = cotangent == null ? null : resizing.of(cotangent);
        Candidate whole = new Candidate(statements, inputs, root, vector, otherwise);
        Candidate all = new Candidate(statements, inputs, root, vector, otherwise);
        List<Candidate> smaller = new ArrayList<>();
        inputs.forEach((name, input) -> {
            Input resized = resizing.of(input);
            if (!resized.equals(input)) {
                all.inputs.put(name, resized);
                smaller.add(whole.with(name, resized));
            }
        });
        if (!smaller.isEmpty()) {
            smaller.add(all);
            Candidate written = new Candidate(statements, all.inputs, root, vector, otherwise);
            written.statements.replaceAll((name, expr) -> resizing.of(expr));
            smaller.add(written);
        }
        return smaller.stream();
    }

    private static Tensor first(Tensor tensor) {
        return tensor.dtype().isFloating()
                ? Tensor.scalar(tensor.dtype(), tensor.get(0))
                : Tensor.indices(Shape.SCALAR, tensor.getLong(0));
    }
}
