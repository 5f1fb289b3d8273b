package org.gradtwin.engine;

/** An engine gave a value for operands that PyTorch refuses. */
public final class NotRefusedException extends IllegalStateException implements Told {
    private static final long serialVersionUID = 1L;

    /** What the engine did, in words. */
    public static final String DEED = "the engine computed what PyTorch refuses";

    /**
     * No refusal.
     *
     * @param why PyTorch refuses
     */
    public NotRefusedException(String why) {
        super(DEED + ": " + why);
    }
}
