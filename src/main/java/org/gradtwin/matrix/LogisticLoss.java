package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;
import org.gradtwin.tensor.Shape;

/**
 * Binary cross entropy of logits x and targets t with a weight p of the positive class: (1 − t)·x − (1 + (p −
 * 1)·t)·log sigmoid(x). Its gradients are ((p·t + 1 − t)·sigmoid(x) − p·t)·g for x and (log sigmoid(−x) − p·log
 * sigmoid(x))·g for t, which stay finite or infinite where those of the terms would cancel to NaN.
 */
final class LogisticLoss {
    private LogisticLoss() {}

    static Matrix of(Matrix x, Matrix target, Matrix posWeight) {
        Graph graph = x.graph();
        Precision precision = graph.precision();
        Shape shape = x.shape();
        Storage logits = x.data();
        Storage t = target.data();
        Storage p = Shapes.expanded(posWeight, shape).data();
        Storage z = graph.allocate(shape.size());
        for (int i = 0; i < z.length(); i++) {
            double weight = precision.round(precision.round(precision.round(p.get(i) - 1) * t.get(i)) + 1);
            double log = precision.round(precision.round(Elementary.logSigmoid(logits.get(i))) * weight);
            z.set(i, precision.round(precision.round(1 - t.get(i)) * logits.get(i)) - log);
        }
        return graph.record(
                shape,
                z,
                gradient -> {
                    if (x.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        for (int i = 0; i < z.length(); i++) {
                            double positive = precision.round(p.get(i) * t.get(i));
                            double both = precision.round(precision.round(positive + 1) - t.get(i));
                            double sigmoid = precision.round(1 / (1 + precision.round(Math.exp(-logits.get(i)))));
                            double slope = precision.round(precision.round(both * sigmoid) - positive);
                            share.set(i, slope * gradient.get(i));
                        }
                        x.receive(share);
                    }
                    if (target.requiresGrad()) {
                        Storage share = graph.allocate(z.length());
                        for (int i = 0; i < z.length(); i++) {
                            double negative = precision.round(Elementary.logSigmoid(-logits.get(i)));
                            double positive = precision.round(Elementary.logSigmoid(logits.get(i)));
                            double slope = precision.round(negative - precision.round(p.get(i) * positive));
                            share.set(i, slope * gradient.get(i));
                        }
                        target.receive(share);
                    }
                },
                x,
                target);
    }
}
