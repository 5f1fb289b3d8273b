package org.gradtwin.mutants;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Scatter;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A define-by-run engine that is right but for given places. Without any it records what it computes; with some it runs the same program
 * again, and computes only what differs from the record.
 */
final class MutantEngine implements Engine {
    /** A place on a tape: what the application in that position gives to an operand, or its value for −1. */
    record Place(int position, int operand) {}

    private final @Nullable MutantEngine right;
    private final Map<Place, boolean[]> places;
    private final Damage damage;
    private List<TapeValue> tape = List.of();

    private MutantEngine(@Nullable MutantEngine right, Map<Place, boolean[]> places, Damage damage) {
        this.right = right;
        this.places = places;
        this.damage = damage;
    }

    /** Without a fault. */
    static MutantEngine right() {
        return new MutantEngine(null, Map.of(), Damage.SCALED);
    }

    /** With a damage in some places of the program that this one has run. */
    MutantEngine with(Map<Place, boolean[]> wrong, Damage how) {
        return new MutantEngine(this, wrong, how);
    }

    /** What its last graph has computed. */
    List<TapeValue> tape() {
        return tape;
    }

    @Override
    public String name() {
        return "mutant";
    }

    @Override
    public boolean concurrent() {
        return true;
    }

    @Override
    public boolean keepsTime() {
        return true;
    }

    /** So that an answer of its own at a kink is a fault. */
    @Override
    public boolean claimsPyTorch() {
        return true;
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        List<TapeValue> fresh = new ArrayList<>();
        tape = fresh;
        return new Tape(fresh, dtype);
    }

    private final class Tape implements Graph<TapeValue> {
        private final List<TapeValue> nodes;
        private final List<TapeValue> before = right == null ? List.of() : right.tape;
        private final DType dtype;
        private final Map<Op, Integer> calls = new HashMap<>();

        Tape(List<TapeValue> nodes, DType dtype) {
            this.nodes = nodes;
            this.dtype = dtype;
        }

        private @Nullable TapeValue before() {
            return nodes.size() < before.size() ? before.get(nodes.size()) : null;
        }

        private TapeValue push(Tensor tensor, boolean requiresGrad, @Nullable Application maker, boolean isRight) {
            TapeValue node = new TapeValue(nodes.size(), tensor, requiresGrad, maker, isRight);
            nodes.add(node);
            return node;
        }

        @Override
        public TapeValue leaf(Tensor value, boolean requiresGrad) {
            TapeValue same = before();
            return push(value, requiresGrad, null, same == null || same.tensor.equals(value));
        }

        @Override
        public TapeValue apply(Op op, List<@Nullable TapeValue> operands, Attributes attributes) {
            Application made = new Application(op, operands, attributes, calls.merge(op, 1, Integer::sum) - 1, dtype);
            // A derivative that moves elements moves those of its first operand; the others say where.
            boolean moves = op == Scatter.OP || op == Scatter.BACK;
            boolean requiresGrad = op.isDifferentiable()
                    && operands.stream()
                            .limit(moves ? 1 : operands.size())
                            .anyMatch(operand -> operand != null && operand.requiresGrad);
            TapeValue same = before();
            boolean isRight = made.isRight();
            Tensor result = isRight && same != null ? same.tensor : made.compute();
            boolean[] there = places.get(new Place(nodes.size(), -1));
            if (there != null) {
                result = Tensor.of(result.dtype(), result.shape(), damage.of(result.toDoubles(), there));
                isRight = false;
            }
            made.finish(result);
            return push(result, requiresGrad, made, isRight);
        }

        @Override
        public Tensor value(TapeValue value) {
            return value.tensor;
        }

        @Override
        public void backward(TapeValue root, Tensor cotangent) {
            root.adjoint = cotangent.toDoubles();
            for (int position = root.position; position >= 0; position--) {
                TapeValue node = nodes.get(position);
                if (node.adjoint != null && node.maker != null) {
                    pass(position, node.maker, node.adjoint);
                }
            }
        }

        private void pass(int position, Application made, double[] cotangent) {
            Application same = right == null ? null : before.get(position).maker;
            double @Nullable [] @Nullable [] parts =
                    same != null && same.cotangent != null && made.isRight() && Arrays.equals(same.cotangent, cotangent)
                            ? same.parts
                            : made.gradients(cotangent);
            made.cotangent = cotangent.clone();
            made.parts = parts;
            for (int k = 0; parts != null && k < parts.length; k++) {
                TapeValue operand = made.operands.get(k);
                double[] part = parts[k];
                if (operand != null && operand.requiresGrad && part != null) {
                    boolean[] there = places.get(new Place(position, k));
                    add(operand, there == null ? part : damage.of(part, there));
                }
            }
        }

        private void add(TapeValue operand, double[] part) {
            double[] sum = operand.adjoint;
            if (sum == null) {
                operand.adjoint = part.clone();
                return;
            }
            for (int i = 0; i < part.length; i++) {
                sum[i] = dtype.round(sum[i] + part[i]);
            }
        }

        @Override
        public Optional<Tensor> gradient(TapeValue value) {
            return Optional.ofNullable(value.adjoint).map(adjoint -> Tensor.of(dtype, value.tensor.shape(), adjoint));
        }
    }
}
