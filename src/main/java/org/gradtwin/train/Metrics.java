package org.gradtwin.train;

/** How well a network does on samples. */
public final class Metrics {
    private Metrics() {}

    /** The fraction of samples whose class has the greatest output, the first of equal ones. */
    public static double accuracy(Network network, Dataset data) {
        double[] y = network.predict(data.inputs());
        int[] labels = data.labels();
        int classes = y.length / labels.length;
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = y[i * classes + c] > y[i * classes + best] ? c : best;
            }
            right += best == labels[i] ? 1 : 0;
        }
        return (double) right / labels.length;
    }

    /** The mean of (prediction − target)². */
    public static double meanSquaredError(Network network, Dataset data) {
        double[] y = network.predict(data.inputs());
        double[] targets = data.targets();
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (y[i] - targets[i]) * (y[i] - targets[i]);
        }
        return sum / y.length;
    }
}
