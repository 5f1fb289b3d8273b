package org.gradtwin.language;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;

/** What is known of an op while it is collected. */
class OpFacts {
    final Signature signature;

    String id;

    @Nullable
    Group group;

    Optional<String> operator = Optional.empty();
    Optional<String> symbol = Optional.empty();
    Optional<DType> gives = Optional.empty();

    @Nullable
    ShapeRule shape;

    Domain domain = Domain.ALL;
    ValueTest outside = Domain.ALL::isOutside;
    Unanswered unanswered = Unanswered.NOWHERE;
    KinkTest near = (operands, attributes, exact) -> false;
    IndexRule indices = (call, tensors) -> {};
    String kinks = "none";
    final List<Function<Op, Convention>> conventions = new ArrayList<>();
    List<List<Integer>> ranks = List.of(List.of(0), List.of(1), List.of(2));
    boolean broadcasts;
    boolean differentiable = true;
    Cancellation cancellation = Cancellation.NONE;
    Optional<ToIntFunction<Call>> shiftInvariant = Optional.empty();
    final Map<String, Domain> given = new LinkedHashMap<>();
    final Map<Restriction, List<String>> restrictions = new EnumMap<>(Restriction.class);
    List<String> samples = List.of();
    final Map<String, Object> kernels = new LinkedHashMap<>();

    @Nullable
    String twin;

    @Nullable
    Function<Call, String> definition;

    @Nullable
    Function<Call, String> gradient;

    boolean masks;
    boolean primitive;
    final List<Signature> aliases = new ArrayList<>();
    boolean method;
    boolean spread;
    int result = -1;
    Optional<String> resultName = Optional.empty();
    Optional<ToIntFunction<Call>> results = Optional.empty();
    Movement movement = Movement.NONE;
    Optional<ValueRule> value = Optional.empty();
    Optional<Function<Attributes, Pointwise>> pointwise = Optional.empty();
    Optional<Procedure> procedure = Optional.empty();
    boolean stepwise;
    Optional<String> undrawn = Optional.empty();
    Optional<String> drawnAlone = Optional.empty();
    final Map<DType, String> undrawnIn = new EnumMap<>(DType.class);
    final Map<String, List<String>> examples = new LinkedHashMap<>();

    OpFacts(Signature signature) {
        this.signature = signature;
        this.id = signature.function();
    }

    <T> T required(String part, @Nullable T value) {
        if (value == null) {
            throw lacks(part);
        }
        return value;
    }

    IllegalStateException lacks(String part) {
        return new IllegalStateException("op " + id + " lacks " + part);
    }
}
