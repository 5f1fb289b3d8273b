package org.gradtwin.scalar.nn;

import java.util.Locale;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;

/** What a neuron applies to its weighted sum; what a layer of matrices ends in is {@code org.gradtwin.matrix.Activation}. */
public enum Activation {
    /** max(z, 0). */
    RELU,
    /** tanh z. */
    TANH,
    /** z itself. */
    LINEAR;

    /**
     * The activation of that name, as in a network's printed form: {@code relu}, {@code tanh} or {@code linear}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Activation of(String name) {
        for (Activation activation : values()) {
            if (activation.toString().equals(name)) {
                return activation;
            }
        }
        throw new IllegalArgumentException("unknown activation '" + name + "': use relu, tanh or linear");
    }

    /** Applies to one node. */
    Node apply(Node z) {
        return switch (this) {
            case RELU -> z.relu();
            case TANH -> z.tanh();
            case LINEAR -> z;
        };
    }

    /** Applies to each node. */
    NodeRun apply(NodeRun z) {
        return switch (this) {
            case RELU -> z.relu();
            case TANH -> z.tanh();
            case LINEAR -> z;
        };
    }

    /** The lower-case name. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
