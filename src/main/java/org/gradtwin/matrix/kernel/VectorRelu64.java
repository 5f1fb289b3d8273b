package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * max(x, 0) on the Vector API, −0 kept: where signs are random, a branch is mispredicted every other time. VectorRelu32
 * is made from this file by the execution "float32" in pom.xml.
 */
final class VectorRelu64 {
    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    private VectorRelu64() {}

    static void values(double[] x, double[] y, int from, int to) {
        int i = from;
        for (int end = from + SPECIES.loopBound(to - from); i < end; i += SPECIES.length()) {
            DoubleVector v = DoubleVector.fromArray(SPECIES, x, i);
            v.blend(0, v.compare(VectorOperators.LT, 0)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.relu(x[i]);
        }
    }

    static void gradients(double[] g, double[] y, double[] share, int from, int to) {
        int i = from;
        for (int end = from + SPECIES.loopBound(to - from); i < end; i += SPECIES.length()) {
            VectorMask<Double> off = DoubleVector.fromArray(SPECIES, y, i).compare(VectorOperators.LE, 0);
            DoubleVector.fromArray(SPECIES, g, i).blend(0, off).intoArray(share, i);
        }
        for (; i < to; i++) {
            share[i] = Elementary.reluGradient(g[i], y[i]);
        }
    }
}
