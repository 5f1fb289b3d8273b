package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** What an op means and what its gradient is, in the language itself: texts that depend on the call, and the programs that they are. */
final class Definition {
    private final Op op;
    private final @Nullable Function<Call, String> value;
    private final @Nullable Function<Call, String> gradient;
    private final Map<List<Object>, Program> programs = new ConcurrentHashMap<>();

    /**
     * A definition.
     *
     * @param value null for a primitive
     * @param gradient null where the value is differentiated instead
     */
    Definition(Op op, @Nullable Function<Call, String> value, @Nullable Function<Call, String> gradient) {
        this.op = op;
        this.value = value;
        this.gradient = gradient;
    }

    /** See {@link Op#definition}. */
    Program of(Call call) {
        Function<Call, String> text = value;
        if (text == null) {
            throw new IllegalStateException(op.id() + " is a primitive, it has no definition");
        }
        List<Object> key = new ArrayList<>(List.of(call.attributes()));
        for (Type type : call.operands()) {
            key.add(type == null ? "None" : type.shape());
            key.add(type == null ? "None" : type.dtype());
        }
        return programs.computeIfAbsent(
                key, unused -> Program.parse(text.apply(call), call.names(), call.attributes()));
    }

    /**
     * The vector-Jacobian products as a program with statements named by {@link Differentiation#gradientOf}; empty where the definition is
     * differentiated instead. Its inputs are the operands, {@code value} and {@code grad}.
     */
    Optional<Program> gradient(Call call) {
        return gradient == null
                ? Optional.empty()
                : Optional.of(Program.parse(
                        Differentiation.asStatements(gradient.apply(call)),
                        Stream.concat(call.names().stream(), Stream.of("value", "grad"))
                                .toList(),
                        call.attributes()));
    }

    /** The shape that the definition gives. */
    Shape shape(Call call) {
        Program program = of(call);
        Map<String, Type> given = new LinkedHashMap<>();
        call.named().forEach((name, type) -> {
            if (program.inputs().contains(name)) {
                given.put(name, type);
            }
        });
        Type type = program.infer(given).get("value");
        if (type == null) {
            throw new IllegalStateException(op.id() + ": the definition assigns no 'value'");
        }
        return type.shape();
    }
}
