package org.gradtwin.train;

/** What training makes small, of predictions y and targets t of a batch. */
public enum Loss {
    /** Σ (y − t)²; of one sample with one output the notebook's loss. */
    SQUARED_ERROR("squared_error"),
    /** The mean of (y − t)² over samples and outputs: {@code mse_loss}. */
    MEAN_SQUARED_ERROR("mse_loss"),
    /** The mean over samples of −log softmax(y) at the sample's class: {@code cross_entropy}. */
    CROSS_ENTROPY("cross_entropy");

    private final String key;

    Loss(String key) {
        this.key = key;
    }

    /** Its name in files. */
    public String key() {
        return key;
    }

    /** Whether targets are classes. */
    public boolean isOfClasses() {
        return this == CROSS_ENTROPY;
    }

    /**
     * The loss of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Loss of(String key) {
        for (Loss loss : values()) {
            if (loss.key.equals(key)) {
                return loss;
            }
        }
        throw new IllegalArgumentException(
                "unknown loss '" + key + "': expected squared_error, mse_loss or cross_entropy");
    }
}
