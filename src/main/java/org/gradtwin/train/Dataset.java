package org.gradtwin.train;

import java.util.Arrays;
import org.gradtwin.tensor.DType;

/** Samples with what is to be learned of each: numbers, or a class. Immutable. */
public final class Dataset {
    private final int features;
    private final double[] inputs;
    private final int width;
    private final double[] targets;
    private final int[] labels;

    private Dataset(int features, double[] inputs, int width, double[] targets, int[] labels) {
        int samples = width == 0 ? labels.length : targets.length / width;
        if (features < 1 || samples < 1 || inputs.length != samples * features || targets.length != samples * width) {
            throw new IllegalArgumentException("%d inputs of %d features with %d targets"
                    .formatted(inputs.length, features, width == 0 ? labels.length : targets.length));
        }
        this.features = features;
        this.inputs = inputs.clone();
        this.width = width;
        this.targets = targets.clone();
        this.labels = labels.clone();
    }

    /**
     * Samples with numbers to predict.
     *
     * @param inputs (samples, features), row-major
     * @param targets (samples, width), row-major
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static Dataset regression(int features, double[] inputs, int width, double[] targets) {
        return new Dataset(features, inputs, width, targets, new int[0]);
    }

    /**
     * Samples with a class each.
     *
     * @throws IllegalArgumentException if the sizes do not fit
     */
    public static Dataset classification(int features, double[] inputs, int... labels) {
        return new Dataset(features, inputs, 0, new double[0], labels);
    }

    /** The same samples in the numbers of a type. */
    public Dataset rounded(DType dtype) {
        return new Dataset(
                features,
                Arrays.stream(inputs).map(dtype::round).toArray(),
                width,
                Arrays.stream(targets).map(dtype::round).toArray(),
                labels);
    }

    /** The number of samples. */
    public int size() {
        return inputs.length / features;
    }

    /** The number of inputs of a sample. */
    public int features() {
        return features;
    }

    /** Whether samples have classes. */
    public boolean isClassification() {
        return width == 0;
    }

    /** The inputs of these samples, (samples, features). */
    public double[] inputs(int... samples) {
        return rows(inputs, features, samples);
    }

    /** The targets of these samples, (samples, width). */
    public double[] targets(int... samples) {
        return rows(targets, width, samples);
    }

    /** The classes of these samples. */
    public int[] labels(int... samples) {
        return Arrays.stream(samples).map(sample -> labels[sample]).toArray();
    }

    /** All inputs. */
    public double[] inputs() {
        return inputs.clone();
    }

    /** All targets. */
    public double[] targets() {
        return targets.clone();
    }

    /** All classes. */
    public int[] labels() {
        return labels.clone();
    }

    private static double[] rows(double[] from, int width, int... samples) {
        double[] rows = new double[samples.length * width];
        for (int i = 0; i < samples.length; i++) {
            System.arraycopy(from, samples[i] * width, rows, i * width, width);
        }
        return rows;
    }
}
