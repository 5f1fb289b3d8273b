package org.gradtwin.matrix;

import org.gradtwin.matrix.kernel.Elementary;

/**
 * The rows of the elementwise losses in float64. Losses32 is made from this file by the execution "float32" in
 * pom.xml.
 */
final class Losses64 {
    static final Binary64 SQUARED_ERROR = new Binary64(
            (x, y) -> (x - y) * (x - y), (g, x, y, z) -> 2 * (x - y) * g, (g, x, y, z) -> -2 * (x - y) * g);

    static final Binary64 ABSOLUTE_ERROR = new Binary64(
            (x, y) -> Math.abs(x - y),
            (g, x, y, z) -> x > y ? g : x < y ? -g : g * 0,
            (g, x, y, z) -> x > y ? -g : x < y ? g : g * 0);

    /** (1 − t)·x − log sigmoid(x). */
    static final Binary64 LOGISTIC = new Binary64(
            (x, t) -> (1 - t) * x - Elementary.logSigmoid(x),
            (g, x, t, z) -> (1 / (1 + Math.exp(-x)) - t) * g,
            (g, x, t, z) -> -x * g);

    private Losses64() {}

    /** The Huber loss: with e = x − y, e²/2 where |e| &lt; delta, else delta·(|e| − delta/2). */
    static Binary64 huber(double delta) {
        Binary64.Gradient slope =
                (g, x, y, z) -> x - y <= -delta ? -delta * g : x - y >= delta ? delta * g : (x - y) * g;
        return new Binary64(
                (x, y) -> {
                    double e = Math.abs(x - y);
                    return e < delta ? 0.5 * e * e : delta * (e - 0.5 * delta);
                },
                slope,
                (g, x, y, z) -> slope.of(-g, x, y, z));
    }
}
