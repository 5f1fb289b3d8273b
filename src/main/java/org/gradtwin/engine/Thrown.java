package org.gradtwin.engine;

import java.util.function.Supplier;

/** What an engine threw, in words: it may throw again when it is asked for them. */
public final class Thrown {
    private Thrown() {}

    /** Its message, or its class where it has none. */
    public static String message(Throwable thrown) {
        return told(thrown, () -> thrown.getMessage() == null ? thrown.toString() : thrown.getMessage());
    }

    /** Class and message, or the message alone where the class means nothing to who wrote the engine. */
    public static String inWords(Throwable thrown) {
        if (thrown instanceof EvaluationException failure) {
            return failure.inWords();
        }
        return thrown instanceof Told ? message(thrown) : told(thrown, thrown::toString);
    }

    @SuppressWarnings("ConstantValue") // what others write may give null
    private static String told(Throwable thrown, Supplier<String> words) {
        try {
            String told = words.get();
            return told == null ? thrown.getClass().getName() : told;
        } catch (Throwable e) {
            return thrown.getClass().getName() + ", whose message cannot be read";
        }
    }
}
