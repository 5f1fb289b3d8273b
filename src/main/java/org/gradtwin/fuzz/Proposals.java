package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Domain;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Expr.Name;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Parameter.Kind;
import org.gradtwin.language.Program;
import org.gradtwin.language.Sample;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Proposes calls of an op: operands are names at hand in a draft, or new inputs of it, and attributes are drawn. */
final class Proposals {
    private final Draws draws;
    private final Draft draft;
    private final boolean alone;

    /**
     * Proposals.
     *
     * @param alone whether the call is all of the program: operands are then leaves in the op's domain, of any length
     */
    Proposals(Draws draws, Draft draft, boolean alone) {
        this.draws = draws;
        this.draft = draft;
        this.alone = alone;
    }

    /** A call that may yet be refused, or lie outside of the domain. */
    Apply of(Op op) {
        if (op.isSubscript()) {
            return subscript(op);
        }
        return op.samples().isEmpty() ? proposed(op) : drawn(op, sample(op));
    }

    /** A call in the ways that are wanted, likewise. */
    Apply of(Wanted wanted) {
        return wanted.ways().isEmpty() ? of(wanted.op()) : drawn(wanted.op(), wanted.sample(draws));
    }

    /** A call that the op's file gives; alone, often with another attribute, one dimension more, or another size in the place of one. */
    private Sample sample(Op op) {
        Sample sample = draws.pick(op.samples());
        if (!alone) {
            return sample;
        }
        for (int i = draws.below(3); i > 0; i--) {
            sample = draws.varied(op, sample);
        }
        sample = draws.chance(0.15) ? draws.lifted(sample) : sample;
        return draws.chance(0.5) ? draws.stretched(sample) : sample;
    }

    /** A call that the op's file gives, of names at hand that have the shapes, and of new inputs. */
    private Apply drawn(Op op, Sample sample) {
        List<@Nullable Expr> operands = new ArrayList<>();
        for (int i = 0; i < sample.shapes().size(); i++) {
            Shape shape = sample.shapes().get(i);
            Kind kind = Objects.requireNonNull(
                            op.signature().of(i, sample.shapes().size()))
                    .kind();
            boolean inDomain = op.domain() != Domain.ALL
                    && (op.domain().ofLast() ? i == sample.shapes().size() - 1 : i == 0);
            if (shape == null) {
                operands.add(null);
            } else if (kind == Kind.INDICES || kind == Kind.INDICES_TUPLE || kind == Kind.INDICES_OR_TENSOR) {
                operands.add(draft.input(draws.indices(shape, 1 + draws.below(4)), false));
            } else if (inDomain) {
                operands.add(draft.input(draws.values(shape, op.domain()), draws.chance(0.85)));
            } else if (kind == Kind.MASK || (kind == Kind.MASK_OR_TENSOR && draws.chance(0.5))) {
                operands.add(draft.input(draws.mask(shape), false));
            } else {
                List<String> fitting = draft.names().stream()
                        .filter(name -> draft.value(name).shape().equals(shape))
                        .toList();
                operands.add(
                        !fitting.isEmpty() && draws.chance(0.7)
                                ? new Name(draws.pickLate(fitting))
                                : draft.input(draws.values(shape), !op.isConstant(i) && draws.chance(0.85)));
            }
        }
        return new Apply(op, operands, sample.attributes(), 1);
    }

    private Apply proposed(Op op) {
        List<@Nullable Expr> operands = new ArrayList<>();
        List<Name> before = new ArrayList<>();
        for (Parameter parameter : op.signature().operands()) {
            int count = parameter.kind() == Kind.TENSORS ? 1 + draws.below(3) : 1;
            for (int i = 0; i < count; i++) {
                Expr operand = operand(op, parameter, operands.size(), before);
                operands.add(operand);
                if (operand instanceof Name name) {
                    before.add(name);
                }
            }
        }
        Shape first = before.isEmpty() ? Shape.SCALAR : shape(before.get(0));
        return new Apply(op, operands, draws.attributes(op, first), 1);
    }

    private Shape shape(Name name) {
        return draft.value(name.name()).shape();
    }

    private @Nullable Expr operand(Op op, Parameter parameter, int position, List<Name> before) {
        if (parameter.optional() && draws.chance(0.5)) {
            return null;
        }
        boolean last = position == op.signature().operands().size() - 1;
        boolean numberFirst = position == 0 && !last && op.operator().isPresent() && op.broadcasts();
        if ((parameter.kind() == Kind.TENSOR_OR_NUMBER && draws.chance(0.25)) || (numberFirst && draws.chance(0.1))) {
            return draws.literal(position > 0 || op.domain() != Domain.POSITIVE);
        }
        if (parameter.kind() == Kind.INDICES || (parameter.kind() == Kind.INDICES_OR_TENSOR && draws.chance(0.7))) {
            return indices(before);
        }
        if (parameter.kind() == Kind.MASK) {
            return draft.input(
                    draws.mask(
                            !before.isEmpty()
                                    ? draws.shapeBeside(shape(draws.pick(before)))
                                    : alone ? draws.shape(op) : draws.shape()),
                    false);
        }
        Optional<Domain> given = op.given(parameter);
        if (given.isPresent()) {
            // One number an element, or one a row.
            int[] dims = shape(before.get(0)).dims();
            Shape beside = Shape.of(Arrays.copyOf(dims, Math.max(dims.length - draws.below(2), 0)));
            // Nothing flows back to a sign: it is compared.
            boolean constant = op.isConstant(position) || given.get() == Domain.SIGN;
            return draft.input(draws.values(beside, given.get()), !constant && draws.chance(0.3));
        }
        if (parameter.optional() && draws.chance(0.7)) {
            // Often one number a column, and a constant: weights of classes must be one.
            Shape beside = shape(before.get(0));
            Shape shape = draws.chance(0.7) ? Shape.of(beside.last()) : draws.shapeBeside(beside);
            return draft.input(draws.values(shape), draws.chance(0.4));
        }
        boolean inDomain = op.domain() != Domain.ALL && (op.domain().ofLast() ? last : position == 0);
        return inDomain ? within(op, before) : tensor(op, before);
    }

    /**
     * A name, often one that is used already; or a new input of a shape that may fit beside the operands so far. Now and then it
     * is an operand so far, turned, so that two ways lead to it, or an input equal to one, so that they tie.
     */
    private Name tensor(Op op, List<Name> before) {
        if (!before.isEmpty()) {
            Name other = draws.pick(before);
            if (!alone && draws.chance(0.15) && shape(other).rank() == 2) {
                return draft.add(Program.expression(other + ".T")).orElse(other);
            }
            if (draws.chance(0.1) && draft.inputs().containsKey(other.name())) {
                return draft.input(draft.value(other.name()), draws.chance(0.85));
            }
        }
        List<String> names = draft.names();
        if (before.isEmpty()) {
            List<String> fitting = names.stream()
                    .filter(name -> op.ranks().stream()
                            .anyMatch(ranks ->
                                    ranks.get(0) == draft.value(name).shape().rank()))
                    .toList();
            return draws.chance(0.85) && !fitting.isEmpty()
                    ? new Name(draws.pickLate(fitting))
                    : input(draws.shape(op));
        }
        if (draws.chance(0.5)) {
            return draws.chance(0.85) && !names.isEmpty() ? new Name(draws.pickLate(names)) : input(draws.shape());
        }
        return input(draws.shapeBeside(shape(draws.pick(before))));
    }

    /** A new input, now and then of few numbers, so that some tie. */
    private Name input(Shape shape) {
        Tensor value = draws.chance(0.1) ? draws.few(shape) : draws.values(shape);
        return draft.input(value, draws.chance(0.85));
    }

    /** A name whose value is in a domain: one at hand, or a new one made from another. */
    private Name within(Op op, List<Name> before) {
        Domain domain = op.domain();
        Name name = tensor(op, before);
        if (alone) {
            return draft.input(draws.values(shape(name), domain), draws.chance(0.85));
        }
        Tensor value = draft.value(name.name());
        boolean already = true;
        for (int i = 0; i < value.size(); i++) {
            already &= domain.holds(value.get(i));
        }
        if (already) {
            return name;
        }
        if (domain == Domain.WITHIN_ONE) {
            return draft.add(Program.expression("0.75*tanh(%s)".formatted(name)))
                    .orElse(name);
        }
        if (domain == Domain.PROBABILITY) {
            return draft.add(Program.expression("sigmoid(%s)".formatted(name))).orElse(name);
        }
        String function = draws.pick(List.of("square(%s)", "exp(%s)", "sigmoid(%s)"));
        String above = domain == Domain.ABOVE_ONE ? " + 1.25" : " + 0.5";
        return draft.add(Program.expression(function.formatted(name) + above)).orElse(name);
    }

    /** Of one element or a few, of as many dimensions, or without the second one, that of classes. */
    private Name indices(List<Name> before) {
        Shape beside = before.isEmpty() ? draws.shape() : shape(draws.pick(before));
        int rank = beside.rank();
        int bound = Math.min(beside.last(), 1 + draws.below(5));
        int kind = draws.below(10);
        Shape shape = Shape.of(draws.chance(0.5) ? beside.rows() : 3);
        if (kind < 2) {
            shape = Shape.SCALAR;
        } else if (kind < 5) {
            shape = Shape.of(Arrays.stream(beside.dims())
                    .map(dim -> dim == 0 ? 0 : 1 + draws.below(dim))
                    .toArray());
            bound = Math.min(Arrays.stream(beside.dims()).min().orElse(1), bound);
        } else if (kind < 7 && rank > 1) {
            shape = Shape.of(IntStream.range(0, rank)
                    .filter(d -> d != 1)
                    .map(beside::dim)
                    .toArray());
            bound = Math.min(beside.dim(1), bound);
        }
        return draft.input(draws.indices(shape, bound), false);
    }

    private Apply subscript(Op op) {
        Name name = tensor(op, List.of());
        Shape shape = draft.value(name.name()).shape();
        List<@Nullable Expr> operands = new ArrayList<>();
        operands.add(name);
        List<Index.Item> items = new ArrayList<>();
        Shape gathered = draws.chance(0.3) ? Shape.of(2, 2) : Shape.of(3);
        for (int d = 0; d < shape.rank() && (d == 0 || draws.chance(0.7)); d++) {
            int size = shape.dim(d);
            switch (draws.below(3)) {
                case 0 -> items.add(draws.slice(size));
                case 1 -> items.add(new Index.At(draws.below(2 * size + 1) - size));
                default -> {
                    operands.add(draft.input(draws.indices(gathered, size), false));
                    items.add(new Index.Gather(operands.size() - 1));
                }
            }
        }
        return new Apply(op, operands, Attributes.of(new Index(items)), 1);
    }
}
