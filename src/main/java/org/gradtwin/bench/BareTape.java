package org.gradtwin.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The least that a tape behind handles can be, for comparison: what an engine's promises cost is the rest. Leaves lie on the tape
 * with the results; nothing asks whether a handle is still valid or whose thread records, and a gradient of 0 is passed on to
 * whatever lies below the root, used or not.
 */
final class BareTape {

    private static final byte LEAF = 0;
    private static final byte ADD = 1;
    private static final byte MULTIPLY = 2;
    private static final byte RELU = 3;
    private static final byte TANH = 4;

    private double[] value = new double[1 << 10];
    private double[] grad = new double[1 << 10];
    private int[] first = new int[1 << 10];
    private int[] second = new int[1 << 10];
    private byte[] op = new byte[1 << 10];
    private int size;

    /** A scalar on the tape. */
    final class Handle {
        private final int index;

        private Handle(int index) {
            this.index = index;
        }

        double data() {
            return value[index];
        }

        double grad() {
            return grad[index];
        }

        Handle plus(Handle y) {
            return new Handle(record(ADD, index, y.index, value[index] + value[y.index]));
        }

        Handle times(Handle y) {
            return new Handle(record(MULTIPLY, index, y.index, value[index] * value[y.index]));
        }

        Handle relu() {
            return new Handle(record(RELU, index, 0, Math.max(value[index], 0)));
        }

        Handle tanh() {
            return new Handle(record(TANH, index, 0, Math.tanh(value[index])));
        }

        /** Gives everything below its gradient; that of what lies below {@code from}, leaves, adds up. */
        void backward(int from) {
            pass(index, from);
        }
    }

    Handle leaf(double data) {
        return new Handle(record(LEAF, 0, 0, data));
    }

    int size() {
        return size;
    }

    /** Discards what was recorded since the tape had this size. */
    void rewind(int earlier) {
        size = earlier;
    }

    private int record(byte code, int x, int y, double z) {
        int i = size;
        if (i == value.length) {
            grow();
        }
        value[i] = z;
        first[i] = x;
        second[i] = y;
        op[i] = code;
        size = i + 1;
        return i;
    }

    private void grow() {
        value = Arrays.copyOf(value, 2 * size);
        grad = Arrays.copyOf(grad, 2 * size);
        first = Arrays.copyOf(first, 2 * size);
        second = Arrays.copyOf(second, 2 * size);
        op = Arrays.copyOf(op, 2 * size);
    }

    private void pass(int root, int from) {
        double[] values = value;
        double[] grads = grad;
        int[] xs = first;
        int[] ys = second;
        byte[] ops = op;
        Arrays.fill(grads, from, size, 0);
        grads[root] = 1;
        for (int i = root; i >= from; i--) {
            double g = grads[i];
            int x = xs[i];
            int y = ys[i];
            switch (ops[i]) {
                case ADD -> {
                    grads[x] += g;
                    grads[y] += g;
                }
                case MULTIPLY -> {
                    double toX = g * values[y];
                    double toY = g * values[x];
                    grads[x] += toX;
                    grads[y] += toY;
                }
                case RELU -> grads[x] += values[i] > 0 ? g : 0;
                case TANH -> grads[x] += g * (1 - values[i] * values[i]);
                default -> {}
            }
        }
    }

    /** Dense layers; the parameters lie layer by layer, neuron by neuron, weights before bias. */
    static final class Network {
        final BareTape tape = new BareTape();
        final List<Handle> parameters = new ArrayList<>();
        private final int[] outputs;

        Network(double[] parameters, int... outputs) {
            for (double parameter : parameters) {
                this.parameters.add(tape.leaf(parameter));
            }
            this.outputs = outputs;
        }

        List<Handle> forward(List<Handle> x) {
            List<Handle> y = x;
            int position = 0;
            for (int layer = 0; layer < outputs.length; layer++) {
                List<Handle> next = new ArrayList<>();
                for (int j = 0; j < outputs[layer]; j++) {
                    Handle z = parameters.get(position + y.size());
                    for (Handle input : y) {
                        z = z.plus(input.times(parameters.get(position++)));
                    }
                    position++;
                    next.add(layer < outputs.length - 1 ? z.relu() : z);
                }
                y = next;
            }
            return y;
        }
    }
}
