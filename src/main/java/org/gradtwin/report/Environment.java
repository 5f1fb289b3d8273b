package org.gradtwin.report;

/**
 * What a run was made with.
 *
 * @param gradtwin version of this program
 * @param djl version of the Deep Java Library
 * @param pytorch version of libtorch under it
 * @param jdk version of the Java runtime
 * @param os operating system and architecture
 * @param cpuCapability vector width that libtorch uses
 * @param kernels kernel set of the matrix engine
 */
public record Environment(
        String gradtwin, String djl, String pytorch, String jdk, String os, String cpuCapability, String kernels) {

    /** The environment of this process, given what only the engines know. */
    public static Environment current(String djl, String pytorch, String cpuCapability, String kernels) {
        String version = Environment.class.getPackage().getImplementationVersion();
        return new Environment(
                version == null ? "development" : version,
                djl,
                pytorch,
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                cpuCapability,
                kernels);
    }
}
