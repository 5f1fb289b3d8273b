package org.gradtwin.scalar;

/** A vertex of the graph: one scalar, or a block of them that one operation computed. It passes its gradient on once. */
abstract sealed class Vertex permits Node, Block {

    /** Computed, and not sent backward. */
    static final byte NEW = 0;
    /** A pass has met it, but not yet everything that it was computed from. */
    static final byte OPEN = 1;
    /** It has its place in the order of a pass. */
    static final byte ORDERED = 2;
    /** Given, not computed; without a gradient so far. */
    static final byte LEAF = 3;
    /** A gradient has arrived: that of a leaf stays, that of another vertex is to be passed on. */
    static final byte GIVEN = 4;
    /** The gradient was passed on. */
    static final byte PASSED = 5;

    byte state;

    /** The label of the operation that computed it. */
    abstract String op();

    /** Meets everything that it was computed from. */
    void meetInputs(Sweep sweep) {}

    /** Adds to the gradients of what it was computed from. */
    void pass() {}

    /** Adds to the gradient of a node. */
    static void give(Node node, double g) {
        if (node instanceof Scalar scalar) {
            scalar.grad += g;
            scalar.state = GIVEN;
        } else if (node instanceof Element element) {
            element.block.give(element.index, g);
        }
    }
}
