package org.gradtwin.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has the reference script in Python fill fixtures with PyTorch's numbers and with tolerances, or check them. */
@Command(
        name = "regenerate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Fills fixtures with PyTorch's numbers and with tolerances, by reference-scripts/regenerate.py.",
            "Needs Python 3.10 or later with the torch of reference-scripts/requirements.txt: --python, else the project's"
                    + " .venv, else python3."
        },
        footer = {
            "",
            "Exit codes: 0 fine, 1 a number changed (--check), 2 wrong usage, 3 broken fixture, no Python or no torch.",
            "Example: java -jar target/gradtwin.jar regenerate --check fixtures/op/tanh.json"
        })
final class RegenerateCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "Fixtures (default: all of the project).")
    private List<Path> files = List.of();

    @Option(names = "--check", description = "Write nothing; exit with 1 if a number changed.")
    private boolean check;

    @Option(names = "--fresh", description = "Take new tolerances even where the recorded ones would stay.")
    private boolean fresh;

    @Option(
            names = "--alarms",
            paramLabel = "N",
            description =
                    "Write nothing; hold N fresh samples of each case against the recorded tolerances, exit with 1 if one"
                            + " is outside.")
    private @Nullable Integer alarms;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "The Python to run: its executable, as .venv/bin/python.")
    private @Nullable Path python;

    @Option(
            names = "--project",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where reference-scripts and fixtures are (default: here).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path project;

    @Override
    public Integer call() {
        if (alarms != null && alarms < 1) {
            throw new ParameterException(spec.commandLine(), "--alarms: at least 1 sample is needed, not " + alarms);
        }
        Path root = project.normalize();
        Path script = root.resolve("reference-scripts").resolve("regenerate.py");
        if (!Files.isRegularFile(script)) {
            throw new UncheckedIOException(new IOException(script
                    + ": there is no such file: run from the project's directory, or name it with" + " --project"));
        }
        List<String> arguments = new ArrayList<>();
        if (check) {
            arguments.add("--check");
        }
        if (fresh) {
            arguments.add("--fresh");
        }
        if (alarms != null) {
            arguments.add("--alarms");
            arguments.add(alarms.toString());
        }
        if (!files.isEmpty()) {
            arguments.add("--");
            files.forEach(file -> arguments.add(file.toString()));
        }
        return Python.find(python, root)
                .run(
                        script,
                        arguments,
                        spec.commandLine().getOut(),
                        spec.commandLine().getErr());
    }
}
