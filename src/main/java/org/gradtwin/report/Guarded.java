package org.gradtwin.report;

import java.util.function.Function;
import java.util.function.Supplier;

/** Work that a report is complete without, as a drawing: what goes wrong in it costs itself, and is told in its place. */
public final class Guarded {
    private Guarded() {}

    /**
     * The result of the work.
     *
     * @param work any
     * @param otherwise takes its place if it throws anything; given is what was thrown, in one line, or which class is not there, as of a
     *     library that whoever tests did without
     */
    public static <T> T or(Supplier<T> work, Function<String, T> otherwise) {
        try {
            return work.get();
        } catch (NoClassDefFoundError e) {
            return otherwise.apply(String.valueOf(e.getMessage()).replace('/', '.') + " is not on the class path");
        } catch (RuntimeException | Error e) {
            return otherwise.apply(e.toString().lines().findFirst().orElse(""));
        }
    }
}
