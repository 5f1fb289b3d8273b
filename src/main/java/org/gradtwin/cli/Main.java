package org.gradtwin.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.fixture.FixtureException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: gradtwin VERB. */
@Command(
        name = "gradtwin",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {
            VerifyCommand.class,
            TrainCommand.class,
            ReportCommand.class,
            RegenerateCommand.class,
            DrawCommand.class,
            FuzzCommand.class,
            MutantsCommand.class,
            AdapterCommand.class,
            InitCommand.class,
            GenerateCompletion.class
        },
        description = "Verifies autograd engines: builds every expression twice, once in an engine, once in PyTorch.",
        footer = {
            "",
            "Exit codes: 0 all agree, 1 something disagrees, is vacuous or dull, 2 wrong usage or"
                    + " nothing to compare, 3 broken fixture, no fixture or a missing engine.",
            "Example: java -jar target/gradtwin.jar verify --case 'notebook/*'"
        })
public final class Main implements Runnable {
    /** Everything agrees. */
    public static final int AGREE = 0;

    /** Something disagrees, or is vacuous or dull without a written reason. */
    public static final int DISAGREE = 1;

    /** Wrong usage, or a selection that leaves nothing to compare. */
    public static final int USAGE = 2;

    /** A broken fixture, a folder without any, a missing engine, a file that cannot be read or written. */
    public static final int BROKEN = 3;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    /** Runs a verb and exits with its code. */
    @SuppressWarnings("DefaultCharset") // a terminal's, which a later Java takes from the stream
    public static void main(String[] arguments) {
        Completion.require();
        VectorModule.load();
        PrintStream out = System.out;
        System.setOut(unclosable(System.err)); // what an engine prints is no part of the output
        CommandLine command = commandLine().setOut(new PrintWriter(out, true));
        int code = execute(command, arguments);
        // A full disk behind a redirection shows here only: picocli's writer, which flushes, does not tell.
        System.exit(Completion.complete(out.checkError() ? unwritten(command) : code));
    }

    private static PrintStream unclosable(PrintStream stream) {
        return new PrintStream(stream, true) {
            @Override
            public void close() {
                flush();
            }
        };
    }

    /** Runs a verb. An error of the virtual machine exits with 3: Java alone would exit with 1, which means that something disagrees. */
    static int execute(CommandLine command, String... arguments) {
        Terminal.guard(command);
        try {
            int code = command.execute(arguments);
            return command.getOut().checkError() ? unwritten(command) : code;
        } catch (OutOfMemoryError e) {
            return broken("out of memory: give java more with -Xmx", command.getErr());
        } catch (StackOverflowError e) {
            return broken("the stack is too small: give java more with -Xss", command.getErr());
        } catch (Error e) {
            return broken(e.toString().lines().findFirst().orElseThrow(), command.getErr());
        }
    }

    private static int unwritten(CommandLine command) {
        return broken("the output could not be written, all of it", command.getErr());
    }

    private static int broken(String what, PrintWriter err) {
        err.println("gradtwin: " + what);
        return BROKEN;
    }

    /** The command line, for running a verb without leaving the process. */
    public static CommandLine commandLine() {
        return configured(new CommandLine(new Main()));
    }

    /** Errors in a line each, with the exit code that they have. */
    static CommandLine configured(CommandLine line) {
        return line.setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Main::path)
                // Colours are control characters, and none of these is printed.
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setParameterExceptionHandler(Main::wrongUsage)
                .setExecutionExceptionHandler((e, command, result) -> failed(e, command.getErr()));
    }

    private static Path path(String text) {
        if (text.isEmpty()) {
            throw new TypeConversionException("the name is empty");
        }
        return Path.of(text);
    }

    private static int wrongUsage(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        command.getErr()
                .println("gradtwin: " + oneLine(e) + suggestion(e) + " (see "
                        + command.getCommandSpec().qualifiedName() + " --help)");
        return USAGE;
    }

    private static String suggestion(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                        && !unmatched.getSuggestions().isEmpty()
                ? "; did you mean '" + unmatched.getSuggestions().get(0) + "'?"
                : "";
    }

    private static int failed(Exception e, PrintWriter err) {
        Throwable shown = e instanceof UncheckedIOException && e.getCause() != null ? e.getCause() : e;
        boolean expected = e instanceof FixtureException
                || e instanceof EngineUnavailableException
                || e instanceof UncheckedIOException;
        return broken((expected ? "" : "unexpected " + shown.getClass().getSimpleName() + ": ") + oneLine(shown), err);
    }

    private static String oneLine(Throwable e) {
        return e.getMessage() == null
                ? e.toString()
                : e.getMessage().lines().findFirst().orElse(e.toString());
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a verb is missing: " + String.join(", ", spec.subcommands().keySet()));
    }
}
