package org.gradtwin.adapters;

import java.nio.file.Path;

/** The jar that a class is from. */
final class Jar {
    private Jar() {}

    /** Its name, which bears the version: {@code hipparchus-core-4.0.1 (java)}. */
    static String name(Class<?> of) {
        String path = of.getProtectionDomain().getCodeSource().getLocation().getPath();
        return Path.of(path).getFileName().toString().replace(".jar", "") + " (java)";
    }
}
