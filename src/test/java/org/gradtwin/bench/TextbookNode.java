package org.gradtwin.bench;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * The engine as a textbook has it, for comparison: an object for each operation, which refers to its parents and counts its
 * children. A node fires when all its children have; a stack takes the place of recursion.
 */
final class TextbookNode {

    double data;
    double grad;
    private int degree;
    private final String op;
    private final List<TextbookNode> parents;

    TextbookNode(double data) {
        this(data, "", List.of());
    }

    private TextbookNode(double data, String op, List<TextbookNode> parents) {
        this.data = data;
        this.op = op;
        this.parents = parents;
        for (TextbookNode parent : parents) {
            parent.degree++;
        }
    }

    TextbookNode plus(TextbookNode y) {
        return binary("+", y, Double::sum);
    }

    TextbookNode times(TextbookNode y) {
        return binary("*", y, (a, b) -> a * b);
    }

    TextbookNode negate() {
        return times(new TextbookNode(-1));
    }

    TextbookNode minus(TextbookNode y) {
        return plus(y.negate());
    }

    private TextbookNode binary(String name, TextbookNode y, DoubleBinaryOperator f) {
        return new TextbookNode(f.applyAsDouble(data, y.data), name, List.of(this, y));
    }

    TextbookNode relu() {
        return new TextbookNode(Math.max(data, 0), "relu", List.of(this));
    }

    TextbookNode tanh() {
        return new TextbookNode(Math.tanh(data), "tanh", List.of(this));
    }

    /** Gives every node that this one depends on its gradient. */
    void backward() {
        grad = 1;
        Deque<TextbookNode> ready = new ArrayDeque<>();
        ready.push(this);
        while (!ready.isEmpty()) {
            TextbookNode node = ready.pop();
            for (int i = 0; i < node.parents.size(); i++) {
                TextbookNode parent = node.parents.get(i);
                parent.grad += node.grad * node.slope(i);
                if (--parent.degree == 0) {
                    ready.push(parent);
                }
            }
        }
    }

    private double slope(int i) {
        return switch (op) {
            case "+" -> 1;
            case "*" -> parents.get(1 - i).data;
            case "relu" -> parents.get(0).data > 0 ? 1 : 0;
            default -> 1 - data * data;
        };
    }

    /** Dense layers over nodes; the parameters lie layer by layer, neuron by neuron, weights before bias. */
    static final class Network {

        final List<TextbookNode> parameters = new ArrayList<>();
        private final int[] outputs;

        Network(double[] parameters, int... outputs) {
            for (double parameter : parameters) {
                this.parameters.add(new TextbookNode(parameter));
            }
            this.outputs = outputs;
        }

        List<TextbookNode> forward(List<TextbookNode> x) {
            List<TextbookNode> y = x;
            int position = 0;
            for (int layer = 0; layer < outputs.length; layer++) {
                List<TextbookNode> next = new ArrayList<>();
                for (int j = 0; j < outputs[layer]; j++) {
                    TextbookNode z = parameters.get(position + y.size());
                    for (TextbookNode input : y) {
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
