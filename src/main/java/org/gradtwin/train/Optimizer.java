package org.gradtwin.train;

import java.util.ArrayList;
import java.util.List;
import org.gradtwin.tensor.DType;

/**
 * Changes parameters along their gradients, as {@code torch.optim} does. In float32 every operation is rounded as
 * PyTorch's kernels without vector instructions round it; constants are computed in float64 and rounded once, as there.
 * The number of steps is counted once for all parameters.
 *
 * @param <O> what a group of parameters can be given
 */
public abstract class Optimizer<O extends Optimizer.Options> {
    private final List<Slot<O>> slots = new ArrayList<>();
    private final double[] rates;
    private int steps;

    /** What every optimizer can be given. */
    public interface Options {
        /** The learning rate at the start; see {@link Optimizer#setRate}. */
        double rate();
    }

    /**
     * Parameters with options of their own.
     *
     * @param blocks the parameters
     * @param options theirs
     */
    public record Group<O>(List<ParameterBlock> blocks, O options) {
        /** An immutable copy. */
        public Group {
            blocks = List.copyOf(blocks);
        }
    }

    /** A block, the number of its group and what the optimizer remembers of each parameter. */
    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Slot<O>(ParameterBlock block, int group, O options, double[][] memory) {}

    /** The update of one step, its constants worked out. */
    @FunctionalInterface
    interface Rule {
        /**
         * Updates one parameter.
         *
         * @param p the parameter
         * @param g its gradient
         * @param memory arrays of which the rule owns the elements at {@code i}
         * @return the new parameter
         */
        double apply(double p, double g, double[][] memory, int i);
    }

    /**
     * An optimizer of these groups.
     *
     * @param buffers how many numbers are remembered of each parameter
     * @throws IllegalArgumentException if a learning rate is negative or not a number
     */
    Optimizer(List<Group<O>> groups, int buffers) {
        rates = new double[groups.size()];
        for (int i = 0; i < rates.length; i++) {
            Group<O> group = groups.get(i);
            setRate(i, group.options().rate());
            for (ParameterBlock block : group.blocks()) {
                slots.add(new Slot<>(block, i, group.options(), new double[buffers][block.size()]));
            }
        }
    }

    /**
     * The rule of a step.
     *
     * @param rate the learning rate now
     * @param step 1 for the first
     * @param dtype to round to
     */
    abstract Rule rule(O options, double rate, int step, DType dtype);

    /** Updates every parameter once. */
    public final void step() {
        steps++;
        for (Slot<O> slot : slots) {
            Rule rule = rule(slot.options, rates[slot.group], steps, slot.block.dtype());
            double[][] memory = slot.memory;
            slot.block.update((values, gradients, from, to, first) -> {
                for (int i = from; i < to; i++) {
                    values[i] = rule.apply(values[i], gradients[i], memory, first + i - from);
                }
            });
        }
    }

    /** How often {@link #step} was called. */
    public final int steps() {
        return steps;
    }

    /** The number of groups. */
    public final int groups() {
        return rates.length;
    }

    /** The learning rate of a group. */
    public final double rate(int group) {
        return rates[group];
    }

    /**
     * Sets the learning rate of a group.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public final void setRate(int group, double rate) {
        rates[group] = notNegative("learning rate", rate);
    }

    static double notNegative(String name, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + " " + value + " is not a finite number of at least 0");
        }
        return value;
    }

    static double fraction(String name, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(name + " " + value + " is not in [0, 1)");
        }
        return value;
    }

    /** {@code torch.lerp} from {@code start} to {@code end}; the weight is rounded already. */
    static double lerp(double start, double end, double weight, DType dtype) {
        double difference = dtype.round(end - start);
        return weight < 0.5
                ? dtype.round(start + dtype.round(weight * difference))
                : dtype.round(end - dtype.round(difference * dtype.round(1 - weight)));
    }

    /** The running mean of squares, keep·v + (1 − keep)·g²; both constants are rounded already. */
    static double squares(double v, double g, double keep, double rest, DType dtype) {
        return dtype.round(dtype.round(v * keep) + dtype.round(dtype.round(rest * g) * g));
    }

    /** The gradient of the parameter with that of the penalty ½·decay·p². */
    static double decayed(double p, double g, double decay, DType dtype) {
        return decay == 0 ? g : dtype.round(g + dtype.round(decay * p));
    }
}
