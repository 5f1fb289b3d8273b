package org.gradtwin.engines.torch;

import java.util.LinkedHashSet;
import java.util.Set;
import org.gradtwin.engine.EngineUnavailableException;

/** PyTorch cannot start here: no native library for this machine, or a cache directory that cannot be written. */
public final class TorchUnavailableException extends EngineUnavailableException {
    private static final long serialVersionUID = 1L;

    TorchUnavailableException(Throwable cause) {
        super("PyTorch cannot start: " + reasons(cause), cause);
    }

    /** What went wrong, outermost first, in one line. */
    private static String reasons(Throwable cause) {
        Set<String> reasons = new LinkedHashSet<>();
        for (Throwable t = cause; t != null && reasons.size() < 4; t = t.getCause()) {
            String message = t.getMessage();
            // The file system's exceptions have only the path for a message.
            String said = message == null || t instanceof java.io.IOException
                    ? t.getClass().getSimpleName()
                    : "";
            String first = message == null ? "" : message.lines().findFirst().orElse("");
            if (first.equals("Offline mode is enabled.")) {
                // DJL finds no library and would download one.
                return "its native library for " + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                        + " is not on the class path";
            }
            reasons.add((said + " " + first).strip());
        }
        return String.join(": ", reasons);
    }
}
