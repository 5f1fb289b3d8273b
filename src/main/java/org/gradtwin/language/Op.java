package org.gradtwin.language;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of an op: how PyTorch calls it, the rule for the shape of its result, where it is defined, what PyTorch does at
 * its kinks, the kernels that it runs and by how much each may be off, the call that makes its twin, and what it means in the
 * language itself. Package {@code org.gradtwin.op} has a file for each, found by {@link Ops}. Formulas and conventions are those of
 * the PyTorch documentation (torch, torch.nn.functional).
 */
public final class Op {
    /** The groups of the op table, in its order. */
    public enum Group {
        ARITHMETIC,
        ELEMENTWISE,
        CHOICE,
        SHAPE,
        REDUCTIONS,
        SCANS,
        LINEAR_ALGEBRA,
        LAYERS,
        LOSSES;

        /** The name as it stands in tables. */
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        }
    }

    /** The shape of a result; refuses what PyTorch refuses, with the numbers. */
    @FunctionalInterface
    public interface ShapeRule {
        /**
         * The shape.
         *
         * @throws IllegalArgumentException if PyTorch would refuse the operands
         */
        Shape shape(Call call);
    }

    /** A question about the values of the operands. */
    @FunctionalInterface
    public interface ValueTest {
        /** The answer; operands are null where an optional one is absent. */
        boolean holds(List<@Nullable Tensor> operands, Attributes attributes);
    }

    /** Whether operands lie so near a kink that rounding decides between two gradients that are both right. */
    @FunctionalInterface
    public interface KinkTest {
        /**
         * The answer.
         *
         * @param exact whether no engine rounds the operands: then elements that are equal tie in every engine
         */
        boolean holds(List<@Nullable Tensor> operands, Attributes attributes, boolean exact);
    }

    /** Refuses index tensors with an index out of range, which shapes do not show. */
    @FunctionalInterface
    public interface IndexRule {
        /**
         * Checks the indices.
         *
         * @param indices the operands that are int64, null for the others
         * @throws IllegalArgumentException with the index and the range
         */
        void check(Call call, List<@Nullable Tensor> indices);
    }

    /** Where the elements of a result come from. */
    @FunctionalInterface
    public interface SourceRule {
        /**
         * For each element of the result, in row-major order, the position of its source in the elements of all operands of kind
         * tensor, flattened and one after the other; −1 for the fill value.
         *
         * @param values the operands, null where an optional one is absent; all null for an op that only moves elements
         */
        int[] sources(Call call, List<? extends @Nullable Tensor> values);
    }

    /** A result that no gradient flows through: a mask, indices. */
    @FunctionalInterface
    public interface ValueRule {
        /** The result; operands are null where an optional one is absent. */
        Tensor value(Call call, List<? extends @Nullable Tensor> operands);
    }

    /** The attribute that says which of the results of a split is meant. */
    public static final String RESULT = "result";

    private final String id;
    private final Group group;
    private final Signature signature;
    private final @Nullable String operator;
    private final @Nullable DType gives;
    private final ShapeRule shape;
    private final Domain domain;
    private final ValueTest outside;
    private final KinkTest near;
    private final IndexRule indices;
    private final String kinks;
    private final List<List<Integer>> ranks;
    private final boolean broadcasts;
    private final boolean differentiable;
    private final boolean flat;
    private final @Nullable String flatBy;
    private final @Nullable ToIntFunction<Call> shiftInvariant;
    private final List<String> constants;
    private final List<String> together;
    private final List<String> neverNone;
    private final List<String> samples;
    private final List<String> fixed;
    private final Map<String, Object> kernels;
    private final String twin;
    private final @Nullable Function<Call, String> definition;
    private final @Nullable Function<Call, String> gradient;
    private final boolean primitive;
    private final List<Signature> aliases;
    private final boolean method;
    private final boolean spread;
    private final int result;
    private final @Nullable String resultName;
    private final @Nullable ToIntFunction<Call> results;
    private final @Nullable SourceRule sources;
    private final @Nullable SourceRule targets;
    private final boolean readsValues;
    private final @Nullable String fill;
    private final @Nullable ValueRule value;
    private final @Nullable Pointwise pointwise;
    private final boolean stepwise;
    private final boolean drawn;
    private final @Nullable Procedure procedure;
    private final Map<String, List<String>> examples;
    private final Map<List<Object>, Program> definitions = new ConcurrentHashMap<>();

    Op(OpBuilder facts) {
        signature = facts.signature;
        id = facts.id == null ? signature.function() : facts.id;
        group = facts.required("a group", facts.group);
        operator = facts.operator;
        gives = facts.gives;
        domain = facts.domain;
        outside = facts.outside == null ? domain::isOutside : facts.outside;
        near = facts.near;
        indices = facts.indices;
        kinks = facts.kinks;
        ranks = List.copyOf(facts.ranks);
        broadcasts = facts.broadcasts;
        differentiable = facts.differentiable;
        flat = facts.flat;
        flatBy = facts.flatBy;
        shiftInvariant = facts.shiftInvariant;
        constants = List.copyOf(facts.constants);
        together = List.copyOf(facts.together);
        neverNone = List.copyOf(facts.neverNone);
        samples = List.copyOf(facts.samples);
        fixed = List.copyOf(facts.fixed);
        kernels = Map.copyOf(facts.kernels);
        twin = facts.required("a twin call", facts.twin);
        definition = facts.definition;
        gradient = facts.gradient;
        pointwise = facts.pointwise;
        procedure = facts.procedure;
        examples = Map.copyOf(facts.examples);
        stepwise = facts.stepwise;
        drawn = facts.drawn;
        sources = facts.sources;
        targets = facts.targets;
        readsValues = facts.readsValues;
        fill = facts.fill;
        value = facts.value;
        boolean derived = definition != null || value != null;
        if (derived ? facts.primitive : !facts.primitive && sources == null && targets == null) {
            throw facts.lacks(
                    derived
                            ? "one of 'primitive' and a definition: it has both"
                            : "a definition, a rule for sources, or the word 'primitive'");
        }
        primitive = facts.primitive;
        aliases = List.copyOf(facts.aliases);
        method = facts.method;
        spread = facts.spread;
        result = facts.result;
        resultName = facts.resultName;
        results = facts.results;
        boolean plain = primitive && pointwise == null && procedure == null && !stepwise;
        if (plain && isDifferentiable() && gradient == null && sources == null) {
            throw facts.lacks("a gradient: a primitive says .gradient(\"grad(input) = …\")");
        }
        if (kernels.isEmpty()) {
            throw facts.lacks("kernels");
        }
        shape = facts.shape == null && definition != null
                ? this::shapeByDefinition
                : facts.required("a shape rule", facts.shape);
    }

    /**
     * Begins the description of an op.
     *
     * @param signature see {@link Signature}
     */
    public static OpBuilder of(String signature) {
        return new OpBuilder(Signature.parse(signature));
    }

    /** The op's unique name, for instance {@code pow_tensor}. */
    public String id() {
        return id;
    }

    /** The group of the op table. */
    public Group group() {
        return group;
    }

    /** The operator that writes this op, empty if it is written as a function. */
    public Optional<String> operator() {
        return Optional.ofNullable(operator);
    }

    /** PyTorch's function name and parameters. */
    public Signature signature() {
        return signature;
    }

    /** Other ways in which PyTorch lets it be called; a parameter under another name stands in the same place. */
    List<Signature> aliases() {
        return aliases;
    }

    /** Whether PyTorch has it as a method of tensors only. */
    public boolean isMethod() {
        return method;
    }

    /** Whether its tuple of integers may be given to the method one by one, as in {@code x.expand(2, 3)}. */
    boolean isSpread() {
        return spread;
    }

    /** Whether PyTorch's function gives several results, of which this op is one. */
    public boolean hasResults() {
        return result >= 0;
    }

    /** Which of the results it is. */
    public int result(Attributes attributes) {
        return results == null ? result : attributes.integer(RESULT);
    }

    /** The name of the result where PyTorch gives it one, as {@code values}. */
    Optional<String> resultName() {
        return Optional.ofNullable(resultName);
    }

    /** How many results a call has; as many as there are names to take them where that does not depend on the call. */
    int results(Call call, int names) {
        return results == null ? names : results.applyAsInt(call);
    }

    /** Whether the results differ by nothing but their number, the attribute {@link #RESULT}. */
    public boolean hasNumberedResults() {
        return results != null;
    }

    /** Whether it is called by its name; {@code .T} and subscripts are not, so that {@code t} stays a free name. */
    public boolean isFunction() {
        return operator == null || !(operator.startsWith(".") || operator.equals("[]"));
    }

    /** Whether it is written as {@code x[…]}; its attribute is the {@link Index}. */
    public boolean isSubscript() {
        return "[]".equals(operator);
    }

    /** How large the numbers are as whose difference the derivative may be formed; 0 for most ops. */
    public double flatness(Attributes attributes) {
        return flatBy != null ? attributes.number(flatBy) : flat ? 1 : 0;
    }

    /** The same for the value. */
    public double offset(Attributes attributes) {
        return flatBy == null ? 0 : attributes.number(flatBy);
    }

    /** The dimension of the first operand along which one number may be added to all elements without changing the value, if any. */
    public OptionalInt shiftInvariantDim(Call call) {
        return shiftInvariant == null ? OptionalInt.empty() : OptionalInt.of(shiftInvariant.applyAsInt(call));
    }

    /** Whether its own kernel selects elements, moves them or turns their sign, and so rounds nothing. */
    public boolean isExact() {
        return Budget.EXACT.written().equals(kernels.get(id));
    }

    /** Where the op is defined. */
    public Domain domain() {
        return domain;
    }

    /** Whether an element of the operands is outside of the op's domain, or in it but near its border. */
    public boolean isOutside(List<@Nullable Tensor> operands, Attributes attributes) {
        return outside.holds(operands, attributes);
    }

    /** Whether an element of the operands is near a kink; see {@link KinkTest}. */
    public boolean isNearKink(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return near.holds(operands, attributes, exact);
    }

    /** What PyTorch does at the kinks, in words; "none" begins the words of an op that has none. */
    public String kinks() {
        return kinks;
    }

    /** The ranks of operands that cases ought to have: of the first operand, or of the first two. */
    public List<List<Integer>> ranks() {
        return ranks;
    }

    /** Whether two operands broadcast against each other, and nothing else is done to their shapes. */
    public boolean broadcasts() {
        return broadcasts;
    }

    /** Parameters each of which may only be given together with {@code dim}. */
    List<String> together() {
        return together;
    }

    /** Parameters for which None may be left out but not written. */
    List<String> neverNone() {
        return neverNone;
    }

    /** Whether random programs have it. */
    public boolean isDrawn() {
        return drawn && isDifferentiable() && !stepwise;
    }

    /** Whether the result moves in steps, so that a gradient there is, and always 0. */
    public boolean isStepwise() {
        return stepwise;
    }

    /** Whether an attribute may have another value than its default. */
    public boolean isFree(Parameter attribute) {
        return !fixed.contains(attribute.name());
    }

    /** Calls for random programs; none if operands and attributes are proposed one by one. */
    public List<Sample> samples() {
        return samples.stream().map(text -> Sample.parse(this, text)).toList();
    }

    /** Whether gradients flow back through it. */
    public boolean isDifferentiable() {
        return differentiable && (gives == null || gives.isFloating());
    }

    /** The ATen kernels that it runs, forward and backward, each with its budget; see {@link Budget}. */
    public Map<String, Object> kernels() {
        return kernels;
    }

    /** The TorchScript expression of the signature's parameters that makes the twin. */
    public String twin() {
        return twin;
    }

    /** The function of the operands' elements, of an op that is made by one. */
    public Optional<Pointwise> pointwise() {
        return Optional.ofNullable(pointwise);
    }

    /** Texts that a parameter may take: its choices, or examples where it takes any. */
    public List<String> texts(Parameter parameter) {
        return examples.getOrDefault(parameter.name(), parameter.choices());
    }

    /** The function of the whole operands, of an op that is made by one. */
    public Optional<Procedure> procedure() {
        return Optional.ofNullable(procedure);
    }

    /** Whether engines must have a rule for it, since the language cannot say what it means by other ops. */
    public boolean isPrimitive() {
        return primitive;
    }

    /** Whether the elements of its result are elements of its operands, or a fill value; see {@link #sources}. */
    public boolean isSelection() {
        return sources != null;
    }

    /** Whether {@link #sources} or {@link #value} go by the values of the operands, not by their shapes alone. */
    public boolean readsValues() {
        return readsValues;
    }

    /** Where the elements of the result of a selection come from; see {@link SourceRule}. */
    public int[] sources(Call call, List<? extends @Nullable Tensor> values) {
        SourceRule rule = sources;
        if (rule == null) {
            throw new IllegalStateException(id + " does not only move or select elements");
        }
        return rule.sources(call, values);
    }

    /** Whether it adds the elements of its last tensor to those of its first; see {@link #targets}. */
    public boolean isAddition() {
        return targets != null;
    }

    /** For each element of the last tensor the position in the result where it is added; −1 for nowhere. */
    public int[] targets(Call call, List<? extends @Nullable Tensor> values) {
        SourceRule rule = targets;
        if (rule == null) {
            throw new IllegalStateException(id + " does not add elements to others");
        }
        return rule.sources(call, values);
    }

    /** The positions in the signature of the operands whose elements a selection takes. */
    public List<Integer> selectedFrom(List<?> operands) {
        List<Parameter> parameters = signature.operands();
        List<Integer> selected = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            Parameter.Kind kind =
                    parameters.get(Math.min(i, parameters.size() - 1)).kind();
            boolean index = i >= parameters.size() && kind != Parameter.Kind.TENSORS;
            if (operands.get(i) != null && !index && kind != Parameter.Kind.INDICES && kind != Parameter.Kind.MASK) {
                selected.add(i);
            }
        }
        return selected;
    }

    /** The number in the place of elements that have no source. */
    public double fill(Attributes attributes) {
        return fill == null ? 0 : attributes.optionalNumber(fill).orElse(0);
    }

    /** Whether the result is a constant that follows from the values of the operands; see {@link #value}. */
    public boolean isValue() {
        return value != null;
    }

    /** The result of such an op; see {@link ValueRule}. */
    public Tensor value(Call call, List<? extends @Nullable Tensor> operands) {
        ValueRule rule = value;
        if (rule == null) {
            throw new IllegalStateException(id + " is not a constant");
        }
        return rule.value(call, operands);
    }

    /**
     * What the op means, as a program whose inputs are the given operands by their names and whose last statement is the result.
     *
     * @throws IllegalStateException for a primitive
     */
    public Program definition(Call call) {
        Function<Call, String> text = definition;
        if (text == null) {
            throw new IllegalStateException(id + " is a primitive, it has no definition");
        }
        List<Object> key = new ArrayList<>(List.of(call.attributes()));
        for (Type type : call.operands()) {
            key.add(type == null ? "None" : type.shape());
            key.add(type == null || type.dtype().isFloating() ? "floating" : type.dtype());
        }
        return definitions.computeIfAbsent(
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

    private Shape shapeByDefinition(Call call) {
        Program program = definition(call);
        Map<String, Type> given = new LinkedHashMap<>();
        call.named().forEach((name, type) -> {
            if (program.inputs().contains(name)) {
                given.put(name, type);
            }
        });
        Type value = program.infer(given).get("value");
        if (value == null) {
            throw new IllegalStateException(id + ": the definition assigns no 'value'");
        }
        return value.shape();
    }

    /**
     * The type of the result.
     *
     * @param operands types of the operands, null for an optional one that is absent
     * @param attributes all attributes
     * @param floating the floating type of the program
     * @throws IllegalArgumentException if PyTorch would refuse them, with the numbers
     */
    public Type type(List<@Nullable Type> operands, Attributes attributes, DType floating) {
        DType dtype = gives == null ? ofOperands(operands, floating) : gives;
        boolean requiresGrad =
                isDifferentiable() && operands.stream().anyMatch(type -> type != null && type.requiresGrad());
        return new Type(dtype, shape(operands, attributes), requiresGrad);
    }

    /** The type of an operand that may be of any, else the floating one. */
    private DType ofOperands(List<@Nullable Type> operands, DType floating) {
        Type first = operands.isEmpty() ? null : operands.get(0);
        boolean any = signature.operands().get(0).kind() == Parameter.Kind.ANY;
        return any && first != null ? first.dtype() : floating;
    }

    /** The shape of the result; see {@link #type}. */
    public Shape shape(List<@Nullable Type> operands, Attributes attributes) {
        return shape.shape(new Call(this, operands, attributes));
    }

    /**
     * Refuses an operand that requires a gradient where PyTorch has none for it.
     *
     * @throws IllegalArgumentException with the operand's name
     */
    public void requireConstants(List<@Nullable Type> operands) {
        List<Parameter> parameters = signature.operands();
        for (int i = 0; i < operands.size(); i++) {
            Type type = operands.get(i);
            if (type != null && type.requiresGrad() && isConstant(i)) {
                throw new IllegalArgumentException(id + ": " + parameters.get(i).name() + " cannot require a gradient");
            }
        }
    }

    /** Whether PyTorch does not differentiate with respect to an operand. */
    public boolean isConstant(int operand) {
        List<Parameter> parameters = signature.operands();
        return operand < parameters.size()
                && constants.contains(parameters.get(operand).name());
    }

    /** Refuses an index out of range; see {@link IndexRule}. */
    public void requireIndices(
            List<@Nullable Type> operands, Attributes attributes, List<@Nullable Tensor> indexTensors) {
        indices.check(new Call(this, operands, attributes), indexTensors);
    }

    @Override
    public String toString() {
        return id;
    }

    /** How far the result of a kernel may be off; the reference script calibrates with it. */
    public enum Budget {
        /** Selection, comparison, views, copies, signs. */
        EXACT(0L),
        /** One rounding of IEEE arithmetic. */
        ROUNDED(1L),
        /** Elementary functions: PyTorch's vectorized ones are within an ulp, which is two roundings. */
        ELEMENTARY(2L),
        /** Sums and products of many terms: the operands are moved, by more with more terms. */
        TERMS("terms"),
        /** Fused formulas that may cancel inside: calibrated step by step. */
        STEPS("steps");

        @SuppressWarnings("ImmutableEnumChecker") // a Long or a String
        private final Object written;

        Budget(Object written) {
            this.written = written;
        }

        /** A count of unit roundoffs, or a word, as {@code ops.json} has it. */
        public Object written() {
            return written;
        }
    }
}
