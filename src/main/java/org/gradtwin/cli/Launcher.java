package org.gradtwin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.gradtwin.matrix.kernel.Kernels;

/**
 * What the jar starts. No option in a jar tells Java how to compile or collect, so a verb runs in a second Java. A run of seconds is over
 * before the optimizing compiler and the threads of the collector have paid for themselves: there they are off, and the whole corpus takes
 * 0.55 times the processor time. The kernels are plain: vectors that are not compiled to instructions are objects, and take longer than
 * loops. What takes long has the optimizing compiler, but only for what is called often, and a collector that uses all threads: 1.3 times
 * the random programs in the first minute of two processors.
 *
 * <p>In this Java stays what runs engines of the user, any {@code --engine} without {@code --isolate}, and what Spark runs. So does what was
 * started with options of Java's, which mean this one, or where the system does not tell them.
 */
public final class Launcher {
    private static final List<String> LONG = List.of("fuzz", "mutants", "train");

    private static final List<String> FOR_LONG = List.of(
            "-XX:+UseParallelGC",
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=2400",
            "-XX:Tier4CompileThreshold=60000",
            "-XX:Tier4BackEdgeThreshold=160000");

    private static final List<String> FOR_SHORT =
            List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-D" + Kernels.PROPERTY + "=plain");

    /** Beside the jar, if the build could make it: the classes as they lie in memory once they are loaded. */
    private static final String CLASSES = "gradtwin.jsa";

    /** Set in the second Java. */
    private static final String SECOND = "gradtwin.second";

    private Launcher() {}

    /** Runs a verb, here or in a second Java, and exits with its code. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends this Java
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (Boolean.getBoolean(SECOND)) {
            // The first one is gone only if it was killed.
            ProcessHandle.current().parent().ifPresent(first -> first.onExit().thenRun(() -> System.exit(Main.BROKEN)));
        }
        if (staysHere(arguments)) {
            Main.main(arguments);
            return;
        }
        Process java = new ProcessBuilder(command(arguments)).inheritIO().start();
        // A signal that ends this Java ends the other one, which writes down what it has: wait for that too.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(java)));
        java.waitFor();
        System.exit(java.exitValue());
    }

    private static boolean staysHere(String[] arguments) {
        List<String> given = List.of(arguments);
        if (given.stream().anyMatch(argument -> argument.startsWith("--engine")) && !given.contains("--isolate")) {
            return true;
        }
        if (given.stream().anyMatch(argument -> argument.startsWith("--master"))) {
            return true;
        }
        String[] own = ProcessHandle.current().info().arguments().orElse(arguments);
        return own.length == 0
                || !own[0].equals("-jar")
                || System.getenv("JAVA_TOOL_OPTIONS") != null
                || System.getenv("JDK_JAVA_OPTIONS") != null;
    }

    private static List<String> command(String[] arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(arguments.length > 0 && LONG.contains(arguments[0]) ? FOR_LONG : FOR_SHORT);
        Path jar = Path.of(System.getProperty("java.class.path"));
        Path classes = jar.resolveSibling(CLASSES);
        if (Files.exists(classes)) {
            command.add("-XX:SharedArchiveFile=" + classes);
            // An archive of another Java is not used, and that is nothing to hear of.
            command.add("-Xlog:disable");
        }
        command.add("-D" + SECOND + "=true");
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static void end(Process java) {
        java.destroy();
        try {
            Runtime.getRuntime().halt(java.waitFor());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
