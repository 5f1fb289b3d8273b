package org.gradtwin.matrix.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** max(x, 0) on the Vector API, −0 kept: where signs are random, a branch is mispredicted every other time. */
final class VectorRelu {
    private static final VectorSpecies<Double> S64 = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> S32 = FloatVector.SPECIES_PREFERRED;

    private VectorRelu() {}

    static void values(double[] x, double[] y, int from, int to) {
        int i = from;
        for (int end = from + S64.loopBound(to - from); i < end; i += S64.length()) {
            DoubleVector v = DoubleVector.fromArray(S64, x, i);
            v.blend(0, v.compare(VectorOperators.LT, 0)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.relu(x[i]);
        }
    }

    static void gradients(double[] g, double[] y, double[] share, int from, int to) {
        int i = from;
        for (int end = from + S64.loopBound(to - from); i < end; i += S64.length()) {
            VectorMask<Double> off = DoubleVector.fromArray(S64, y, i).compare(VectorOperators.LE, 0);
            DoubleVector.fromArray(S64, g, i).blend(0, off).intoArray(share, i);
        }
        for (; i < to; i++) {
            share[i] = Elementary.reluGradient(g[i], y[i]);
        }
    }

    static void values(float[] x, float[] y, int from, int to) {
        int i = from;
        for (int end = from + S32.loopBound(to - from); i < end; i += S32.length()) {
            FloatVector v = FloatVector.fromArray(S32, x, i);
            v.blend(0, v.compare(VectorOperators.LT, 0)).intoArray(y, i);
        }
        for (; i < to; i++) {
            y[i] = Elementary.relu(x[i]);
        }
    }

    static void gradients(float[] g, float[] y, float[] share, int from, int to) {
        int i = from;
        for (int end = from + S32.loopBound(to - from); i < end; i += S32.length()) {
            VectorMask<Float> off = FloatVector.fromArray(S32, y, i).compare(VectorOperators.LE, 0);
            FloatVector.fromArray(S32, g, i).blend(0, off).intoArray(share, i);
        }
        for (; i < to; i++) {
            share[i] = Elementary.reluGradient(g[i], y[i]);
        }
    }
}
