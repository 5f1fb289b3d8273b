package org.gradtwin.scalar;

/**
 * The loops over contiguous runs. Both flavours sum in the same order without fused multiply-add, so they give the same
 * bits on every machine: sixteen partial sums, of the products whose position is l modulo 16, added up in pairs of
 * distance 4, 8, 2 and 1, and then the products left over, in order.
 */
interface Loops {

    /** The flavour for this Java: the Vector API if its module was added and the registers are wide enough. */
    static Loops get() {
        return Holder.BEST;
    }

    /** Σ x[xFrom + i] · w[wFrom + i] for i below n. */
    double dot(double[] x, int xFrom, double[] w, int wFrom, int n);

    /** Adds g · x[xFrom + i] to y[yFrom + i] for i below n. */
    void axpy(double g, double[] x, int xFrom, double[] y, int yFrom, int n);

    /**
     * Passes the gradient g of a dot product on: dx += g·w and dw += g·x. The runs of dx and dw must not overlap; dx
     * begins where x does, dw where w does.
     */
    void dotGradient(double g, double[] x, double[] dx, int xFrom, double[] w, double[] dw, int wFrom, int n);

    /** Chooses once; a class of its own, so that the Vector API is not looked for before it is needed. */
    final class Holder {
        static final Loops BEST = choose();

        private Holder() {}

        private static Loops choose() {
            // VectorLoops is loaded only if the Vector API is there.
            return isPresent() && VectorLoops.isFast() ? new VectorLoops() : new PlainLoops();
        }

        private static boolean isPresent() {
            try {
                Class.forName("jdk.incubator.vector.Vector", false, Loops.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }
    }
}
