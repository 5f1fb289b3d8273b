package org.gradtwin.verify;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.process.Shell;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.matrix.kernel.Kernels;

/** What to type to see again what was seen in this process: the jar or a class path, and the kernels in use here. */
public final class CommandLine {
    /** The engines in the jar. */
    private static final Set<String> BUILT_IN = Set.of(ScalarEngine.NAME, MatrixEngine.NAME, TorchEngine.NAME);

    /** Characters of a class path that a reader still copies; that of a test holds every library. */
    private static final int LONGEST_CLASS_PATH = 1_000;

    private CommandLine() {}

    /** Whether an engine is named without a class path: one of the jar, or a command. */
    private static boolean needsNoClasses(String engine) {
        return BUILT_IN.contains(engine) || choice(engine).contains("=");
    }

    private static String choice(String engine) {
        return BUILT_IN.contains(engine)
                ? engine
                : DescribedEngine.choiceOf(engine).orElse(engine);
    }

    /** Whether an engine that is not in the jar needs a class path that nobody copies. */
    static boolean isTooLongFor(String engine) {
        return !needsNoClasses(engine) && classPath().length() > LONGEST_CLASS_PATH;
    }

    /** The command line of a verb with its arguments for engines, on the kernels in use here. */
    public static String of(String verb, List<String> engines) {
        // A command may have commas of its own.
        String names = engines.stream()
                .map(CommandLine::choice)
                .filter(choice -> !choice.contains("="))
                .collect(Collectors.joining(","));
        String chosen = (names.isEmpty() ? "" : " --engine " + Shell.quoted(names))
                + engines.stream()
                        .map(CommandLine::choice)
                        .filter(choice -> choice.contains("="))
                        .map(choice -> " --engine " + Shell.quoted(choice))
                        .collect(Collectors.joining());
        if (engines.stream().allMatch(CommandLine::needsNoClasses)) {
            return "java " + (Kernels.vectorIsPresent() ? "" : "-D" + Kernels.PROPERTY + "=plain ")
                    + "-jar target/gradtwin.jar " + verb + chosen;
        }
        // -jar would not see classes of its own, and an engine may be no service.
        return "java " + (Kernels.vectorIsPresent() ? "--add-modules " + Kernels.VECTOR_MODULE + " " : "") + "-cp "
                + Shell.quoted(classPath()) + " org.gradtwin.cli.Main " + verb + chosen;
    }

    /** The class path of this run, short where it lies below the working directory. */
    private static String classPath() {
        Path here = Path.of("").toAbsolutePath();
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> {
                    Path path = Path.of(entry).toAbsolutePath().normalize();
                    return path.startsWith(here) && !path.equals(here)
                            ? here.relativize(path).toString()
                            : path.toString();
                })
                .collect(Collectors.joining(File.pathSeparator));
    }
}
