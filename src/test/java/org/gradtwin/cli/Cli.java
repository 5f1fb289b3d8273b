package org.gradtwin.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * A verb run inside the test's process, with what it printed.
 *
 * @param exit the exit code
 * @param out standard output
 * @param err standard error
 */
public record Cli(int exit, String out, String err) {
    /** Runs {@code gradtwin ARGUMENTS…}. */
    public static Cli run(String... arguments) {
        return run(Main.commandLine(), arguments);
    }

    /** Runs a command line. */
    static Cli run(CommandLine line, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exit = Main.execute(command, arguments);
        return new Cli(exit, out.toString(), err.toString());
    }
}
