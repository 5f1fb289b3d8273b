package org.gradtwin.bench;

import org.gradtwin.scalar.Node;

/** The expression that the notebook tests its engine with, y = tanh(−h + q + q·x). */
final class NotebookExpression {
    private static final double X = -0.5;

    private NotebookExpression() {}

    /** Forward and backward in the scalar engine; gives the gradient of x. */
    static double engine() {
        Node x = Node.of(X);
        Node z = x.times(2).plus(2).minus(x);
        Node q = z.relu().plus(z.times(x.tanh()));
        Node h = z.times(z).relu();
        h.negate().plus(q).plus(q.times(x)).tanh().backward();
        return x.grad();
    }

    /** The same as a graph of objects, which knows no numbers: they become nodes, as in the notebook. */
    static double textbook() {
        TextbookNode x = new TextbookNode(X);
        TextbookNode z = new TextbookNode(2).times(x).plus(new TextbookNode(2)).minus(x);
        TextbookNode q = z.relu().plus(z.times(x.tanh()));
        TextbookNode h = z.times(z).relu();
        h.negate().plus(q).plus(q.times(x)).tanh().backward();
        return x.grad;
    }
}
