package org.gradtwin.scalar.nn;

import java.util.List;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;

/** Something with parameters to learn. */
public abstract class Module {

    private final NodeRun parameters;

    /** A module with these parameters. */
    protected Module(NodeRun parameters) {
        this.parameters = parameters;
    }

    /**
     * The parameters, collected once: a view, whose nodes are made on demand. Its arrays can be
     * {@linkplain NodeRun#update worked on} in place.
     */
    public final NodeRun parameters() {
        return parameters;
    }

    /** Forgets the gradients of the parameters. Those of data nodes stay: make data nodes constants, or new for each step. */
    public final void zeroGrad() {
        parameters.zeroGrad();
    }

    /** Throws unless {@code x} has as many nodes as {@code what} has inputs. */
    static void checkInputs(Module what, List<Node> x, int inputs) {
        if (x.size() != inputs) {
            throw new IllegalArgumentException(
                    what.getClass().getSimpleName() + " with " + inputs + " inputs was given " + x.size());
        }
    }
}
