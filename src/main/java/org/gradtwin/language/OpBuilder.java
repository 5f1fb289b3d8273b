package org.gradtwin.language;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.gradtwin.language.Pointwise.Partial;
import org.gradtwin.tensor.DType;

/** Collects what is known of an op. */
public final class OpBuilder extends OpFacts {
    OpBuilder(Signature signature) {
        super(signature);
    }

    /** The unique name where it is not the function's. */
    public OpBuilder id(String id) {
        this.id = id;
        return this;
    }

    /** The group of the op table. */
    public OpBuilder group(Group group) {
        this.group = group;
        return this;
    }

    /**
     * Another way in which PyTorch lets it be called: {@code clip(input, min: number = None)}. What it leaves out has its default; a
     * dot before the name makes it the order of the method's arguments.
     */
    public OpBuilder alias(String signature) {
        aliases.add(Signature.parse(signature));
        return this;
    }

    /** PyTorch has it as a method of tensors only. */
    public OpBuilder method() {
        this.method = true;
        return this;
    }

    /** The method takes its tuple of integers also one by one. */
    public OpBuilder spread() {
        this.spread = true;
        return this;
    }

    /** The op is one of several results of PyTorch's function; each is an op of that function. */
    public OpBuilder result(int number, String name) {
        this.result = number;
        this.resultName = Optional.of(name);
        return this;
    }

    /** PyTorch's function gives so many results, of which the attribute {@link Op#RESULT} chooses one. */
    public OpBuilder results(ToIntFunction<Call> count) {
        this.result = 0;
        this.results = Optional.of(count);
        return this;
    }

    /** The operator that writes the op. */
    public OpBuilder operator(String operator) {
        this.operator = Optional.of(operator);
        return this;
    }

    /** An operator that stands for the function, in whose place the function is printed. */
    public OpBuilder symbol(String symbol) {
        this.symbol = Optional.of(symbol);
        return this;
    }

    /** The type of the result where it is not the program's floating type. */
    public OpBuilder gives(DType dtype) {
        this.gives = Optional.of(dtype);
        return this;
    }

    /** Nothing flows back through the op: its result is a constant. */
    public OpBuilder constant() {
        this.differentiable = false;
        return this;
    }

    /** The rule for the shape of the result; a definition gives it by itself. */
    public OpBuilder shape(ShapeRule shape) {
        this.shape = shape;
        return this;
    }

    /** A mask beside a floating-point tensor counts as ones and zeros, as PyTorch promotes it. */
    public OpBuilder masks() {
        this.masks = true;
        return this;
    }

    /** Operands broadcast against each other, and the result has the shape that both stretch to. */
    public OpBuilder broadcasts() {
        this.broadcasts = true;
        return shape(Call::broadcast);
    }

    /** Where the op is defined; everywhere unless told. */
    public OpBuilder domain(Domain domain) {
        this.domain = domain;
        return outside(domain::isOutside);
    }

    /** Random programs have constants within a domain for an operand that PyTorch takes for such alone, as labels are. */
    public OpBuilder given(String operand, Domain domain) {
        given.put(operand, domain);
        return this;
    }

    /** Which operands are outside of the domain, where it depends on attributes. */
    public OpBuilder outside(ValueTest outside) {
        this.outside = outside;
        return this;
    }

    /**
     * At which operands there is no one answer for a reason: PyTorch's depends on the length, the version, or the order of its work. Random
     * programs have none of these.
     */
    public OpBuilder undefined(String because, ValueTest test) {
        unanswered = unanswered.and(because, test);
        return this;
    }

    /** Random programs of this op alone do not have views for its operands, for a reason. */
    public OpBuilder unviewed(String because) {
        unanswered = unanswered.unviewed(because);
        return this;
    }

    /** There is no one answer to a cotangent that is not finite, for a reason: random programs of this op alone have none. */
    public OpBuilder ofFiniteCotangents(String because) {
        unanswered = unanswered.ofFiniteCotangents(because);
        return this;
    }

    /** What PyTorch does at the kinks, and how to tell that operands are near one. */
    public OpBuilder kinks(String words, KinkTest near) {
        this.near = near;
        return kinks(words);
    }

    /** What PyTorch does at points where values decide, which random programs meet by themselves or never. */
    public OpBuilder kinks(String words) {
        this.kinks = words;
        return this;
    }

    /**
     * What careful engines may do at a kink in the place of what PyTorch does: a definition that differs from the op there alone, and does
     * as the op elsewhere.
     *
     * @param where the kink; an engine has one answer there
     * @param answer what it is
     */
    public OpBuilder convention(String where, String answer, String definition) {
        return convention(where, answer, call -> definition);
    }

    /** The same where it depends on shapes, or on what is given. */
    public OpBuilder convention(String where, String answer, Function<Call, String> definition) {
        conventions.add(op -> new Convention(op, where, answer, new Definition(op, definition, null)));
        return this;
    }

    /** Other slopes with respect to the first operand, of an op of single elements, where a mask in the language holds. */
    public OpBuilder slopes(String where, String mask, String... slopes) {
        return slopes(where, call -> mask, slopes);
    }

    /** The same where the mask depends on the call; empty for nowhere. */
    public OpBuilder slopes(String where, Function<Call, String> mask, String... slopes) {
        for (String slope : slopes) {
            convention(where, "gradient " + slope, call -> Convention.slope(signature, mask.apply(call), slope));
        }
        return this;
    }

    /** Value or derivative may be formed as a difference, so that they are off by more than a rounding of their own where they are small. */
    public OpBuilder cancels(Cancellation cancellation) {
        this.cancellation = cancellation;
        return this;
    }

    /** One number added to all elements along that dimension of the first operand changes nothing: its gradient sums to 0 there. */
    public OpBuilder shiftInvariant(ToIntFunction<Call> dim) {
        this.shiftInvariant = Optional.of(dim);
        return this;
    }

    /** How to tell an index out of range. */
    public OpBuilder indices(IndexRule indices) {
        this.indices = indices;
        return this;
    }

    /** The ranks of the first operand that cases ought to have: 0, 1 and 2 unless told. */
    public OpBuilder ranks(int... ranks) {
        return ranks(Arrays.stream(ranks).mapToObj(rank -> List.of(rank)).toList());
    }

    /** The same for the first two operands. */
    public OpBuilder ranks(List<List<Integer>> ranks) {
        this.ranks = List.copyOf(ranks);
        return this;
    }

    /** Names parameters that PyTorch restricts so. */
    public OpBuilder restricts(Restriction restriction, String... parameters) {
        restrictions.put(restriction, List.of(parameters));
        return this;
    }

    /** Texts for a parameter that takes any, which random programs draw from. */
    public OpBuilder examples(String parameter, String... texts) {
        examples.put(parameter, List.of(texts));
        return this;
    }

    /** Names kernels that the op runs, forward or backward. */
    public OpBuilder kernels(Budget budget, String... names) {
        List.of(names).forEach(name -> kernels.put(name, budget.written()));
        return this;
    }

    /** A function of the operands' elements in the place of a definition. Each partial derivative multiplies what flows back. */
    public OpBuilder pointwise(ToDoubleFunction<double[]> value, Partial... partials) {
        return pointwiseBy(attributes -> new Pointwise(value, List.of(partials)));
    }

    /** The same where it depends on attributes. */
    public OpBuilder pointwiseBy(Function<Attributes, Pointwise> function) {
        this.pointwise = Optional.of(function);
        return primitive();
    }

    /** A function of the whole operands with its adjoint, in the place of a definition: no engine needs a rule for it. */
    public OpBuilder procedure(Procedure procedure) {
        this.procedure = Optional.of(procedure);
        return primitive();
    }

    /** Random programs do not have it, for a reason: there are operands at which right engines disagree that no rule of the op tells. */
    public OpBuilder undrawn(String because) {
        this.undrawn = Optional.of(because);
        return this;
    }

    /** Random programs of several ops do not have it, for a reason that the operands of this op alone can be kept from. */
    public OpBuilder drawnAlone(String because) {
        this.drawnAlone = Optional.of(because);
        return this;
    }

    /** Random programs that have it are not compared in a type, for a reason: PyTorch itself is off there. */
    public OpBuilder undrawnIn(DType dtype, String because) {
        this.undrawnIn.put(dtype, because);
        return this;
    }

    /** {@link #undefined} and {@link #ofFiniteCotangents} for the same reason. */
    public OpBuilder undefinedBothWays(String because, ValueTest test) {
        return undefined(because, test).ofFiniteCotangents(because);
    }

    /** The result moves in steps: what flows back through the op is 0. */
    public OpBuilder stepwise() {
        this.stepwise = true;
        return this;
    }

    /** Calls for random programs, where operands that chance proposes seldom fit; see {@link Sample#parse}. */
    public OpBuilder samples(String... samples) {
        this.samples = List.of(samples);
        return this;
    }

    /** The TorchScript expression that makes the twin, in the signature's parameters. */
    public OpBuilder twin(String expression) {
        this.twin = expression;
        return this;
    }

    /** The op is defined by nothing but its rules in the engines. */
    public OpBuilder primitive() {
        this.primitive = true;
        return this;
    }

    /** What the op means, one statement a line; operands and attributes stand by their names, the last line assigns {@code value}. */
    public OpBuilder definition(String text) {
        return definition(call -> text);
    }

    /** The same where it depends on shapes, or on what is given. */
    public OpBuilder definition(Function<Call, String> text) {
        this.definition = text;
        return this;
    }

    /** The op moves elements by its operands' shapes alone; see {@link Movement}. */
    public OpBuilder moves(Function<Call, int[]> sources) {
        this.movement = movement.by(Movement.Kind.SELECTS, (call, values) -> sources.apply(call), false);
        return this;
    }

    /** The op chooses elements by the values of its operands; see {@link Movement}. */
    public OpBuilder selects(SourceRule sources) {
        this.movement = movement.by(Movement.Kind.SELECTS, sources, true);
        return this;
    }

    /** The op adds the elements of its last tensor to its first; see {@link Movement}. */
    public OpBuilder adds(SourceRule targets) {
        this.movement = movement.by(Movement.Kind.ADDS, targets, true);
        return this;
    }

    /** The attribute that fills what has no source; 0 unless told. */
    public OpBuilder fill(String attribute) {
        this.movement = movement.filledBy(attribute);
        return this;
    }

    /** The result follows from the operands' values, and no gradient flows through it. No engine needs a rule for it. */
    public OpBuilder value(ValueRule value) {
        this.value = Optional.of(value);
        return this;
    }

    /**
     * The vector-Jacobian products, one statement a line: {@code grad(operand) = …} for each operand that is differentiated, from the
     * operands and attributes by their names, the result as {@code value} and its gradient as {@code grad}; other statements may come
     * before. What broadcasting did is undone by itself. A primitive needs it; another op only where the derivative of its definition
     * is not PyTorch's, or is none: where the definition detaches what its value does not depend on, but its slope does.
     */
    public OpBuilder gradient(String text) {
        return gradient(call -> text);
    }

    /** The same where it depends on shapes, attributes, or on what is given. */
    public OpBuilder gradient(Function<Call, String> text) {
        this.gradient = text;
        return this;
    }

    /**
     * The op.
     *
     * @throws IllegalStateException if a part is missing, naming op and part
     */
    public Op build() {
        return new Op(this);
    }

    /** Refuses an op that no engine could tell the meaning of, or that has too many. */
    void requireRules(Op op) {
        boolean derived = definition != null || op.isValue();
        boolean places = movement.kind() != Movement.Kind.NONE;
        if (derived ? primitive : !primitive && !places) {
            throw lacks(
                    derived
                            ? "one of 'primitive' and a definition: it has both"
                            : "a definition, a rule for sources, or the word 'primitive'");
        }
        boolean plain = primitive && pointwise.isEmpty() && procedure.isEmpty() && !stepwise;
        if (plain && op.isDifferentiable() && gradient == null && !op.isSelection()) {
            throw lacks("a gradient: a primitive says .gradient(\"grad(input) = …\")");
        }
        if (kernels.isEmpty()) {
            throw lacks("kernels");
        }
    }
}
