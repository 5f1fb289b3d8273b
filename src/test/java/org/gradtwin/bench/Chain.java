package org.gradtwin.bench;

import org.gradtwin.scalar.Node;

/** A long expression in which everything depends on everything before: s ← (s + (x·w + s·w))·w. */
final class Chain {
    private Chain() {}

    /** Forward and backward in the scalar engine; gives the gradient of x. */
    static double engine(int terms) {
        Node x = Node.of(0.5);
        Node w = Node.of(0.25);
        Node sum = Node.of(0);
        for (int i = 0; i < terms; i++) {
            sum = sum.plus(x.times(w).plus(sum.times(w))).times(w);
        }
        sum.backward();
        return x.grad();
    }

    /** The same as a graph of objects. */
    static double textbook(int terms) {
        TextbookNode x = new TextbookNode(0.5);
        TextbookNode w = new TextbookNode(0.25);
        TextbookNode sum = new TextbookNode(0);
        for (int i = 0; i < terms; i++) {
            sum = sum.plus(x.times(w).plus(sum.times(w))).times(w);
        }
        sum.backward();
        return x.grad;
    }
}
