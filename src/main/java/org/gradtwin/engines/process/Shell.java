package org.gradtwin.engines.process;

import java.util.List;

/** Commands as the system's shell takes them. */
public final class Shell {
    private Shell() {}

    /** A word as a Unix shell takes it. */
    public static String quoted(String word) {
        return word.matches("[\\w./:,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** What runs a command. */
    static List<String> running(String command) {
        return System.getProperty("os.name").startsWith("Windows")
                ? List.of("cmd", "/c", command)
                : List.of("sh", "-c", command);
    }
}
