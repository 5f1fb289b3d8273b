package org.gradtwin.language;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.gradtwin.tensor.Shape;
import org.jspecify.annotations.Nullable;

/** What an op means and what its gradient is, in the language itself: texts that depend on the call, and the programs that they are. */
final class Definition {
    private final Op op;
    private final @Nullable Function<Call, String> value;
    private final @Nullable Function<Call, String> gradient;
    private final Memo<Source, Program> programs = new Memo<>(256);
    /** A program asks for the definition of each of its calls some dozen times. */
    private final Memo<Call, Program> calls = new Memo<>(256);

    private record Source(String text, List<String> names, Attributes attributes) {}

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
        return calls.of(call, unread -> read(new Source(text.apply(call), call.names(), call.attributes())));
    }

    private Program read(Source source) {
        return programs.of(source, unread -> Program.parse(source.text, source.names, source.attributes));
    }

    /**
     * The vector-Jacobian products as a program with statements named by {@link Differentiation#gradientOf}; empty where the definition is
     * differentiated instead. Its inputs are the operands, {@code value} and {@code grad}.
     */
    Optional<Program> gradient(Call call) {
        return gradient == null
                ? Optional.empty()
                : Optional.of(read(new Source(
                        Differentiation.asStatements(gradient.apply(call)),
                        Stream.concat(call.names().stream(), Stream.of("value", "grad"))
                                .toList(),
                        call.attributes())));
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
