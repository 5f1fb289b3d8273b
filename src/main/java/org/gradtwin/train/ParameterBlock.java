package org.gradtwin.train;

import org.gradtwin.scalar.NodeRun;
import org.gradtwin.tensor.DType;

/**
 * Parameters and their gradients where the engine keeps them, numbered from 0. Optimizers see nothing else of an
 * engine. Numbers of float32 are kept as doubles that are floats.
 */
public interface ParameterBlock {
    /** The number of parameters. */
    int size();

    /** The format that updates round to after every operation. */
    DType dtype();

    /** Hands over the arrays, in one piece or in several. */
    void update(Update update);

    /** Works on parameters in place. */
    @FunctionalInterface
    interface Update {
        /**
         * Changes {@code values} from {@code from} to {@code to − 1}, and nothing else.
         *
         * @param first the number of the parameter at {@code from}
         */
        void apply(double[] values, double[] gradients, int from, int to, int first);
    }

    /** Arrays that share their numbering. */
    static ParameterBlock of(double[] values, double[] gradients, DType dtype) {
        if (values.length != gradients.length) {
            throw new IllegalArgumentException(values.length + " values with " + gradients.length + " gradients");
        }
        return new ParameterBlock() {
            @Override
            public int size() {
                return values.length;
            }

            @Override
            public DType dtype() {
                return dtype;
            }

            @Override
            public void update(Update update) {
                update.apply(values, gradients, 0, values.length, 0);
            }
        };
    }

    /** Runs of scalar nodes one after the other, in float64. */
    static ParameterBlock of(NodeRun... runs) {
        NodeRun[] parts = runs.clone();
        int[] first = new int[parts.length + 1];
        for (int i = 0; i < parts.length; i++) {
            first[i + 1] = first[i] + parts[i].size();
        }
        return new ParameterBlock() {
            @Override
            public int size() {
                return first[parts.length];
            }

            @Override
            public DType dtype() {
                return DType.FLOAT64;
            }

            @Override
            public void update(Update update) {
                for (int i = 0; i < parts.length; i++) {
                    int start = first[i];
                    parts[i].update((values, gradients, from, to) -> update.apply(values, gradients, from, to, start));
                }
            }
        };
    }

    /** A copy of the values. */
    default double[] values() {
        double[] copy = new double[size()];
        update((values, gradients, from, to, first) -> System.arraycopy(values, from, copy, first, to - from));
        return copy;
    }

    /** A copy of the gradients. */
    default double[] gradients() {
        double[] copy = new double[size()];
        update((values, gradients, from, to, first) -> System.arraycopy(gradients, from, copy, first, to - from));
        return copy;
    }

    /**
     * Sets the values, each rounded to the format.
     *
     * @throws IllegalArgumentException if there are not as many
     */
    default void load(double[] replacement) {
        if (replacement.length != size()) {
            throw new IllegalArgumentException(replacement.length + " values for " + size() + " parameters");
        }
        update((values, gradients, from, to, first) -> {
            for (int i = from; i < to; i++) {
                values[i] = dtype().round(replacement[first + i - from]);
            }
        });
    }
}
