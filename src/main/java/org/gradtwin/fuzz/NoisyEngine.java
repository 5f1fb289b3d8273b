package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.ToIntBiFunction;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Cancellation;
import org.gradtwin.language.Group;
import org.gradtwin.language.Movement;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An engine that rounds badly on purpose. Each use of a value has errors of its own: every element of every operand of
 * an op, in the shape that the op broadcasts it to, is off by {@code ± e}, and what the backward pass sends back
 * through that use is off by another {@code ± e}. One error for a value and all of its uses would cancel, in
 * {@code h/h} and in its gradient, where those of an engine do not: there a value is rounded once, but each quotient,
 * product and sum that is made of it by itself. What moves from seed to seed is what rounding can explain in this
 * program (Monte-Carlo arithmetic, Parker 1997).
 *
 * <p>Leaves are exact: where an op rounds once, or only selects, the values of leaves are not moved, so that
 * {@code x - x} is 0 and what ties stays tied. Ops that only move elements are exact.
 *
 * <p>An op that has a definition is computed by it, so that errors fall between its steps too. What cancels inside of a primitive they
 * do not show: engines are free to compute the derivative of tanh as 1 − y², which is off by a rounding of 1 wherever tanh is flat. So to
 * the result of an op whose file says that it is flat, {@code (x − c)·(± e)} is added, with c the value of x: nothing in the value, ± e in
 * the derivative. Nor do they show what Gaussian elimination makes of a zero: it is as good as exact for a matrix whose elements are each off
 * by a rounding of the largest (Higham, <i>Accuracy and Stability of Numerical Algorithms</i>, 2002, section 9.3), and so much these are moved.
 *
 * <p>Errors of the terms alone do not show what a long sum is off by that is formed one term after the other: each partial sum is rounded,
 * and where terms are equal that goes one way, n·u/2 in all (Higham, section 4.2). So the sum of more than 32 terms has an error of its own
 * that grows with their number, and so has what comes back to a value from more than 32 copies.
 *
 * <p>Nor do errors that are each by itself show what elements that are equal come to: an engine that computes each by itself rounds all of
 * them alike. So it is in every second run.
 */
final class NoisyEngine implements Engine {
    /** The groups of ops that make an element of the result of one element of each operand. */
    private static final Set<Group> ELEMENTWISE = Set.of(Group.ARITHMETIC, Group.ELEMENTWISE);

    private static final Op MATMUL = Ops.byOperator("@", 2);

    /** In a sum of so many terms that error is none that others do not cover. */
    private static final int SHORT = 32;

    private final Engine engine;
    private final double size;
    private final long seed;

    /**
     * A noisy engine.
     *
     * @param engine what computes
     * @param size e, the relative size of the noise
     * @param seed of the errors
     */
    NoisyEngine(Engine engine, double size, long seed) {
        this.engine = engine;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public boolean concurrent() {
        return engine.concurrent();
    }

    @Override
    public boolean keepsTime() {
        return engine.keepsTime();
    }

    @Override
    public String name() {
        return "noisy " + engine.name();
    }

    @Override
    public Set<DType> dtypes() {
        return engine.dtypes();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new Noisy<>(engine.newGraph(dtype), dtype);
    }

    private final class Noisy<V> extends ExactGraph<V> {
        private final DType dtype;
        private final SplittableRandom random = new SplittableRandom(seed);
        /** Whether elements that are equal have equal errors where an op computes each by itself. */
        private final boolean evenly = seed % 2 != 0;
        /** How often a value has what it was made of, where that is more than once. */
        private final IdentityHashMap<V, Integer> repeats = new IdentityHashMap<>();

        Noisy(Graph<V> graph, DType dtype) {
            super(graph);
            this.dtype = dtype;
        }

        @Override
        public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
            V result = computed(op, operands, attributes);
            int size = graph.value(result).size();
            int most = 1;
            for (V operand : operands) {
                most = Math.max(
                        most,
                        operand == null
                                ? 1
                                : copies(operand, graph.value(operand).size(), size));
            }
            if (most > 1) {
                repeats.put(result, most);
            }
            return result;
        }

        private V computed(Op op, List<@Nullable V> operands, Attributes attributes) {
            List<@Nullable Tensor> values = new ArrayList<>();
            List<@Nullable Type> types = new ArrayList<>();
            for (V operand : operands) {
                Tensor value = operand == null ? null : graph.value(operand);
                values.add(value);
                types.add(value == null ? null : new Type(value.dtype(), value.shape(), false));
            }
            Type type = op.type(types, attributes, dtype);
            if (!type.dtype().isFloating()) {
                return super.apply(op, operands, attributes);
            }
            if (op.group() == Group.SHAPE && !op.isAddition()) {
                V moved = super.apply(
                        op, drifting(operands, values, (x, value) -> copied(x, value, type.shape())), attributes);
                return repeated(new Call(op, types, attributes), moved, operands, values);
            }
            V result = op.isPrimitive()
                    ? summed(op, graph.apply(op, used(op, operands, values, type.shape()), attributes), values)
                    : Lowering.apply(
                            this,
                            new Call(op, types, attributes),
                            op.group() == Group.SCANS ? drifting(operands, values, this::scanned) : operands,
                            dtype);
            V x = operands.get(0);
            Tensor value = values.get(0);
            Cancellation cancellation = op.cancellation();
            if (x == null || value == null || cancellation.equals(Cancellation.NONE)) {
                return result;
            }
            V nothing = binary("-", x, constant(value));
            V slope = binary("*", nothing, constant(errors(value, cancellation.slope(), attributes)));
            V offset = constant(errors(value, cancellation.value(), attributes));
            return binary("+", binary("+", result, slope), offset);
        }

        /** The operands as this op sees them, each copy of each element with errors of its own. */
        private List<@Nullable V> used(Op op, List<@Nullable V> operands, List<@Nullable Tensor> values, Shape result) {
            boolean elementwise = op.broadcasts() || (operands.size() == 1 && ELEMENTWISE.contains(op.group()));
            Shape common = Shape.SCALAR;
            for (Tensor value : values) {
                common = op.broadcasts() && value != null ? Shape.broadcast(common, value.shape()) : common;
            }
            List<@Nullable V> used = new ArrayList<>();
            for (int i = 0; i < operands.size(); i++) {
                V x = operands.get(i);
                Tensor value = values.get(i);
                used.add(
                        x == null || value == null || !value.dtype().isFloating()
                                ? x
                                : moved(
                                        x,
                                        value,
                                        op.broadcasts() ? common : value.shape(),
                                        (elementwise || op.isExact()) && isExact(x),
                                        elementwise && evenly,
                                        i == 0 && op.procedure().isPresent() ? largest(value) : 0,
                                        drifts(value, Math.max(copied(x, value, result), terms(op, values, result)))));
            }
            return used;
        }

        /** The operands with the errors of the sums of so many terms that come back to each element; their values are as they are. */
        private List<@Nullable V> drifting(
                List<@Nullable V> operands, List<@Nullable Tensor> values, ToIntBiFunction<V, Tensor> terms) {
            List<@Nullable V> drifting = new ArrayList<>(operands);
            for (int i = 0; i < drifting.size(); i++) {
                V x = drifting.get(i);
                Tensor value = values.get(i);
                if (x != null && value != null && value.dtype().isFloating()) {
                    int count = terms.applyAsInt(x, value);
                    if (count > SHORT) {
                        drifting.set(i, alike(x, shifted(x, value, drifts(value, count))));
                    }
                }
            }
            return drifting;
        }

        /** How many terms come back to what was copied before a scan, which has each element in as many results as follow. */
        private int scanned(V x, Tensor value) {
            int longest = Arrays.stream(value.shape().dims()).max().orElse(1);
            return repeats.getOrDefault(x, 0) * longest / 2;
        }

        /** What may hold an element more than once: what comes back to it is a sum, of which each term is off by itself. */
        private V repeated(Call call, V result, List<@Nullable V> operands, List<@Nullable Tensor> values) {
            Shape shape = graph.value(result).shape();
            Movement movement = call.op().movement();
            int copies = movement.kind() == Movement.Kind.SELECTS ? mostEqual(movement.positions(call, values)) : 1;
            for (int i = 0; i < values.size(); i++) {
                V x = operands.get(i);
                Tensor value = values.get(i);
                copies = Math.max(copies, x == null || value == null ? 1 : copied(x, value, shape));
            }
            if (copies < 3 && !movement.readsValues()) {
                return result;
            }
            double rounding = size / SHORT * Math.max(1, Integer.highestOneBit(copies) / 4);
            Tensor value = graph.value(result);
            return alike(result, shifted(result, value, errors(value, rounding)));
        }

        /** How often a result has the same element. */
        private static int mostEqual(int[] sources) {
            int[] times = new int[Arrays.stream(sources).max().orElse(0) + 1];
            int most = 0;
            for (int source : sources) {
                most = source < 0 ? most : Math.max(most, ++times[source]);
            }
            return most;
        }

        /** How many terms come back to the leaf that a value was copied of, if it is copied here; 1 if it is not. */
        private int copied(V x, Tensor value, Shape result) {
            return result.size() < 2 * Math.max(value.size(), 1) ? 1 : copies(x, value.size(), result.size());
        }

        /** How often a result of that size has what a value of that size was made of; 0 if it has not all of it. */
        private int copies(V x, int size, int result) {
            return repeats.getOrDefault(x, 1) * (result / Math.max(size, 1));
        }

        /** No fewer elements than an op adds or multiplies, there or back; 0 if it does not. */
        private static int terms(Op op, List<@Nullable Tensor> values, Shape result) {
            int terms = 0;
            if (op == MATMUL || !(op.isExact() || op.broadcasts() || ELEMENTWISE.contains(op.group()))) {
                for (Tensor value : values) {
                    if (value != null) {
                        terms = Math.max(terms, value.size() / Math.max(result.size(), 1));
                        terms = Math.max(
                                terms, Arrays.stream(value.shape().dims()).max().orElse(0));
                    }
                }
            }
            return terms;
        }

        /** An error of a long sum for each element. */
        private double[] drifts(Tensor value, int terms) {
            return terms > SHORT
                    ? errors(value, size / SHORT * Integer.highestOneBit(terms) / 4)
                    : new double[value.size()];
        }

        private double[] errors(Tensor value, double scale) {
            long salt = random.nextLong();
            double[] errors = new double[value.size()];
            Arrays.setAll(errors, i -> error(scale, evenly, salt, value.get(i)));
            return errors;
        }

        private V summed(Op op, V result, List<@Nullable Tensor> values) {
            Tensor value = graph.value(result);
            int terms = terms(op, values, value.shape());
            if (terms <= SHORT) {
                return result;
            }
            double[] errors = drifts(value, terms);
            Arrays.setAll(errors, i -> Double.isFinite(value.get(i)) ? errors[i] * value.get(i) : 0);
            return binary("+", result, constant(Tensor.of(dtype, value.shape(), errors)));
        }

        private static double largest(Tensor value) {
            double largest = 0;
            for (int i = 0; i < value.size(); i++) {
                double size = Math.abs(value.get(i));
                largest = Double.isFinite(size) ? Math.max(largest, size) : largest;
            }
            return largest;
        }

        /** {@code x·(1 ± e) + c}, where c sets the error of the value: one of its own, of a number of at least that size, or none. */
        private V moved(V x, Tensor value, Shape shape, boolean held, boolean even, double least, double[] drifts) {
            double[] slopes = new double[shape.size()];
            double[] shifts = new double[shape.size()];
            long salt = random.nextLong();
            int[] sources = value.shape().broadcastSources(shape);
            for (int i = 0; i < slopes.length; i++) {
                double number = value.get(sources[i]);
                double error = error(size, even, salt, number) + drifts[sources[i]];
                slopes[i] = 1 + error;
                double own = held ? 0 : error(size, even, ~salt, number) * Math.max(Math.abs(number), least);
                // Infinities are not rounded, and times an error of both signs they would be NaN.
                shifts[i] = Double.isFinite(number) ? own - number * error : 0;
            }
            return turned(x, shape, slopes, shifts);
        }

        /** {@code x·(1 + drift) − c}, where c keeps the value. */
        private V shifted(V x, Tensor value, double[] drifts) {
            double[] slopes = new double[drifts.length];
            double[] shifts = new double[drifts.length];
            for (int i = 0; i < drifts.length; i++) {
                slopes[i] = 1 + drifts[i];
                shifts[i] = Double.isFinite(value.get(i)) ? -value.get(i) * drifts[i] : 0;
            }
            return turned(x, value.shape(), slopes, shifts);
        }

        private V turned(V x, Shape shape, double[] slopes, double[] shifts) {
            V turned = binary("*", x, constant(Tensor.of(dtype, shape, slopes)));
            return binary("+", turned, constant(Tensor.of(dtype, shape, shifts)));
        }

        /**
         * Of either sign and at least half the size. Were all of one size, two would often cancel, in 1 of 256 programs in all eight runs. Of few
         * bits, so that where a value is held {@code x·(1 + e) − x·e} is x.
         */
        private double error(double scale) {
            return error(scale, random.nextInt());
        }

        private static double error(double scale, int bits) {
            double error = scale * (16 + (bits & 15)) / 32;
            return bits < 0 ? error : -error;
        }

        /** The error that a number has wherever it stands, if even: by the finalizer of SplitMix64 (Steele, Lea and Flood 2014). */
        private double error(double scale, boolean even, long salt, double number) {
            if (!even) {
                return error(scale);
            }
            long z = salt + Double.doubleToLongBits(number);
            z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
            z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
            return error(scale, (int) ((z ^ (z >>> 31)) >>> 32));
        }

        private V binary(String operator, V a, V b) {
            return graph.apply(Ops.byOperator(operator, 2), List.of(a, b), Attributes.NONE);
        }

        private V constant(Tensor value) {
            return graph.leaf(value, false);
        }

        private Tensor errors(Tensor x, Cancellation.Size of, Attributes attributes) {
            double[] errors = new double[x.size()];
            for (int i = 0; i < errors.length; i++) {
                errors[i] = error(size * of.at(x.get(i), attributes));
            }
            return Tensor.of(dtype, x.shape(), errors);
        }
    }
}
