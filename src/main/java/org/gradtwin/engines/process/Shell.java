package org.gradtwin.engines.process;

import java.util.List;

/** Commands as the system's shell takes them. */
public final class Shell {
    static final boolean IS_UNIX = !System.getProperty("os.name").startsWith("Windows");

    private Shell() {}

    /** A word as a Unix shell takes it. */
    public static String quoted(String word) {
        return word.matches("[\\w./:,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    /** What runs a command. */
    static List<String> running(String command) {
        return IS_UNIX ? List.of("sh", "-c", command) : List.of("cmd", "/c", command);
    }
}
