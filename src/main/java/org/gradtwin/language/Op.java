package org.gradtwin.language;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
    /** The attribute that says which of the results of a split is meant. */
    public static final String RESULT = "result";

    private final OpBuilder facts;
    private final Group group;
    private final String twin;
    private final ShapeRule shape;
    private final Definition definition;
    private final List<Convention> conventions;
    private volatile List<Sample> samples = List.of();

    /** With facts that do not change any more. */
    Op(OpBuilder facts) {
        this.facts = facts;
        group = facts.required("a group", facts.group);
        twin = facts.required("a twin call", facts.twin);
        definition = new Definition(this, facts.definition, facts.gradient);
        conventions = facts.conventions.stream()
                .map(convention -> convention.apply(this))
                .toList();
        facts.requireRules(this);
        shape = facts.shape == null && facts.definition != null
                ? definition::shape
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
        return facts.id;
    }

    /** The group of the op table. */
    public Group group() {
        return group;
    }

    /** The operator that writes this op, empty if it is written as a function. */
    public Optional<String> operator() {
        return facts.operator;
    }

    /** An operator that stands for the function, empty if there is none. */
    Optional<String> symbol() {
        return facts.symbol;
    }

    /** PyTorch's function name and parameters. */
    public Signature signature() {
        return facts.signature;
    }

    /** Other ways in which PyTorch lets it be called; a parameter under another name stands in the same place. */
    List<Signature> aliases() {
        return facts.aliases;
    }

    /** Whether PyTorch has it as a method of tensors only. */
    public boolean isMethod() {
        return facts.method;
    }

    /** Whether its tuple of integers may be given to the method one by one, as in {@code x.expand(2, 3)}. */
    boolean isSpread() {
        return facts.spread;
    }

    /** Whether PyTorch's function gives several results, of which this op is one. */
    public boolean hasResults() {
        return facts.result >= 0;
    }

    /** Which of the results it is. */
    public int result(Attributes attributes) {
        return hasNumberedResults() ? attributes.integer(RESULT) : facts.result;
    }

    /** The name of the result where PyTorch gives it one, as {@code values}. */
    Optional<String> resultName() {
        return facts.resultName;
    }

    /** How many results a call has; as many as there are names to take them where that does not depend on the call. */
    int results(Call call, int names) {
        return facts.results.map(count -> count.applyAsInt(call)).orElse(names);
    }

    /** Whether the results differ by nothing but their number, the attribute {@link #RESULT}. */
    public boolean hasNumberedResults() {
        return facts.results.isPresent();
    }

    /** Whether it is called by its name; {@code .T} and subscripts are not, so that {@code t} stays a free name. */
    public boolean isFunction() {
        return !isSubscript() && !facts.operator.orElse("").startsWith(".");
    }

    /** Whether it is written as {@code x[…]}; its attribute is the {@link Index}. */
    public boolean isSubscript() {
        return facts.operator.equals(Optional.of("[]"));
    }

    /** How large the numbers are as whose difference it may be formed. */
    public Cancellation cancellation() {
        return facts.cancellation;
    }

    /** The dimension of the first operand along which one number may be added to all elements without changing the value, if any. */
    public OptionalInt shiftInvariantDim(Call call) {
        return facts.shiftInvariant.stream()
                .mapToInt(dim -> dim.applyAsInt(call))
                .findFirst();
    }

    /** Whether its own kernel selects elements, moves them or turns their sign, and so rounds nothing. */
    public boolean isExact() {
        return Budget.EXACT.written().equals(facts.kernels.get(id()));
    }

    /** Where the op is defined. */
    public Domain domain() {
        return facts.domain;
    }

    /** Where constants lie that random programs have for an operand; empty if it may be any value. */
    public Optional<Domain> given(Parameter operand) {
        return Optional.ofNullable(facts.given.get(operand.name()));
    }

    /** Whether an element of the operands is outside of the op's domain, or in it but near its border. */
    public boolean isOutside(List<@Nullable Tensor> operands, Attributes attributes) {
        return facts.unanswered.at(operands, attributes) || facts.outside.holds(operands, attributes);
    }

    /** The operands at which there is no one answer. */
    public Unanswered unanswered() {
        return facts.unanswered;
    }

    /** Whether an element of the operands is near a kink; see {@link KinkTest}. */
    public boolean isNearKink(List<@Nullable Tensor> operands, Attributes attributes, boolean exact) {
        return facts.near.holds(operands, attributes, exact);
    }

    /** What PyTorch does at the kinks, in words; "none" begins the words of an op that has none. */
    public String kinks() {
        return facts.kinks;
    }

    /** What careful engines may do at the kinks in the place of what PyTorch does. */
    public List<Convention> conventions() {
        return conventions;
    }

    /** The ranks of operands that cases ought to have: of the first operand, or of the first two. */
    public List<List<Integer>> ranks() {
        return facts.ranks;
    }

    /** Whether a mask beside a floating-point tensor counts as ones and zeros. */
    public boolean takesMasks() {
        return facts.masks;
    }

    /** Whether its operands, two or more, broadcast against each other, and nothing else is done to their shapes. */
    public boolean broadcasts() {
        return facts.broadcasts;
    }

    /** The parameters that PyTorch restricts so. */
    public List<String> restricted(Restriction restriction) {
        return facts.restrictions.getOrDefault(restriction, List.of());
    }

    /** Whether random programs have it, of this op alone at least: a gradient flows through it, and nothing is said against it. */
    public boolean isDrawn() {
        return facts.undrawn.isEmpty() && isDifferentiable();
    }

    /** Whether random programs of several ops have it. */
    public boolean isDrawnAmongOthers() {
        return isDrawn() && facts.drawnAlone.isEmpty();
    }

    /** Whether random programs that have it are compared in a type. */
    public boolean isDrawnIn(DType dtype) {
        return !facts.undrawnIn.containsKey(dtype);
    }

    /** Whether the result moves in steps, so that a gradient there is, and always 0. */
    public boolean isStepwise() {
        return facts.stepwise;
    }

    /** Calls for random programs, read once all ops are known; none if operands and attributes are proposed one by one. */
    public List<Sample> samples() {
        if (samples.size() < facts.samples.size()) {
            samples =
                    facts.samples.stream().map(text -> Sample.parse(this, text)).toList();
        }
        return samples;
    }

    /** Whether gradients flow back through it. */
    public boolean isDifferentiable() {
        return facts.differentiable && facts.gives.map(DType::isFloating).orElse(true);
    }

    /** The ATen kernels that it runs, forward and backward, each with its budget; see {@link Budget}. */
    public Map<String, Object> kernels() {
        return Collections.unmodifiableMap(facts.kernels);
    }

    /** The TorchScript expression of the signature's parameters that makes the twin. */
    public String twin() {
        return twin;
    }

    /** The function of the operands' elements, of an op that is made by one. */
    public Optional<Pointwise> pointwise(Attributes attributes) {
        return facts.pointwise.map(function -> function.apply(attributes));
    }

    /** Texts that a parameter may take: its choices, or examples where it takes any. */
    public List<String> texts(Parameter parameter) {
        return facts.examples.getOrDefault(parameter.name(), parameter.choices());
    }

    /** The function of the whole operands, of an op that is made by one. */
    public Optional<Procedure> procedure() {
        return facts.procedure;
    }

    /** Whether engines must have a rule for it, since the language cannot say what it means by other ops. */
    public boolean isPrimitive() {
        return facts.primitive;
    }

    /** Whether the language says what it means by other ops. */
    public boolean hasDefinition() {
        return facts.definition != null;
    }

    /** How it moves elements, if it does nothing else. */
    public Movement movement() {
        return facts.movement;
    }

    /** Whether the elements of its result are elements of its operands, or a fill value. */
    public boolean isSelection() {
        return facts.movement.kind() == Movement.Kind.SELECTS;
    }

    /** Whether it adds the elements of its last tensor to those of its first. */
    public boolean isAddition() {
        return facts.movement.kind() == Movement.Kind.ADDS;
    }

    /** The positions in the signature of the operands whose elements a selection takes. */
    public List<Integer> selectedFrom(List<?> operands) {
        List<Integer> selected = new ArrayList<>();
        for (int i = 0; i < operands.size(); i++) {
            Parameter parameter = facts.signature.of(i, operands.size());
            if (operands.get(i) != null
                    && parameter != null
                    && !parameter.kind().chooses()) {
                selected.add(i);
            }
        }
        return selected;
    }

    /** Whether the result is a constant that follows from the values of the operands; see {@link #value}. */
    public boolean isValue() {
        return facts.value.isPresent();
    }

    /** The result of such an op; see {@link ValueRule}. */
    public Tensor value(Call call, List<? extends @Nullable Tensor> operands) {
        return facts.value
                .orElseThrow(() -> facts.lacks("a rule for its value"))
                .value(call, operands);
    }

    /**
     * What the op means, as a program whose inputs are the given operands by their names and whose last statement is the result.
     *
     * @throws IllegalStateException for a primitive
     */
    public Program definition(Call call) {
        return definition.of(call);
    }

    /** The vector-Jacobian products; see {@link Definition#gradient}. */
    Optional<Program> gradient(Call call) {
        return definition.gradient(call);
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
        List<@Nullable DType> dtypes = new ArrayList<>();
        boolean requiresGrad = false;
        for (Type type : operands) {
            dtypes.add(type == null ? null : type.dtype());
            requiresGrad |= type != null && type.requiresGrad();
        }
        requiresGrad &= isDifferentiable();
        return new Type(dtype(dtypes, floating), shape(operands, attributes), requiresGrad);
    }

    /** The element type of the result of operands of those; see {@link #type}. */
    public DType dtype(List<@Nullable DType> operands, DType floating) {
        if (facts.gives.isPresent()) {
            return facts.gives.get();
        }
        DType first = operands.isEmpty() ? null : operands.get(0);
        return first != null && facts.signature.operands().get(0).kind() == Parameter.Kind.ANY ? first : floating;
    }

    /** The shape of the result; see {@link #type}. */
    public Shape shape(List<@Nullable Type> operands, Attributes attributes) {
        return shape.shape(new Call(this, operands, attributes));
    }

    /**
     * The type of the result of operands that an engine holds: refuses also what types do not show.
     *
     * @param indexTensors the operands that are int64, null for the others
     * @throws IllegalArgumentException if PyTorch would refuse them: shapes, an operand that requires a gradient where PyTorch has none
     *     for it, an index out of range
     */
    public Type checkedType(
            List<@Nullable Type> operands, Attributes attributes, List<@Nullable Tensor> indexTensors, DType floating) {
        Type result = type(operands, attributes, floating);
        for (int i = 0; i < operands.size(); i++) {
            Type type = operands.get(i);
            if (type != null && type.requiresGrad() && isConstant(i)) {
                throw new IllegalArgumentException(
                        id() + ": " + facts.signature.operands().get(i).name() + " cannot require a gradient");
            }
        }
        requireIndices(operands, attributes, indexTensors);
        return result;
    }

    /** Whether PyTorch does not differentiate with respect to an operand. */
    public boolean isConstant(int operand) {
        List<Parameter> parameters = facts.signature.operands();
        return operand < parameters.size()
                && restricted(Restriction.CONSTANT)
                        .contains(parameters.get(operand).name());
    }

    /** Refuses an index out of range; see {@link IndexRule}. */
    public void requireIndices(
            List<@Nullable Type> operands, Attributes attributes, List<@Nullable Tensor> indexTensors) {
        facts.indices.check(new Call(this, operands, attributes), indexTensors);
    }

    @Override
    public String toString() {
        return id();
    }
}
