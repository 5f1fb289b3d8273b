package org.gradtwin.cli;

import java.io.Console;
import org.jspecify.annotations.Nullable;

/** Whether somebody watches. */
final class Interactive {
    private Interactive() {}

    /** Whether input and output are a terminal. From JDK 22 on there may be a console without one. */
    static boolean isPresent() {
        return isTerminal(System.console());
    }

    @SuppressWarnings("SystemConsoleNull") // before JDK 22 there is none without a terminal
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
