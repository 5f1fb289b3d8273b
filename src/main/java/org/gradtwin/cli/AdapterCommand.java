package org.gradtwin.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.gradtwin.engines.process.AdapterCheck;
import org.gradtwin.engines.process.AdapterCheck.Greeting;
import org.gradtwin.engines.process.AdapterCheck.Tried;
import org.gradtwin.verify.OpCalls;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What one does with the adapter of an engine of another language. */
@Command(
        name = "adapter",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = AdapterCommand.Check.class,
        description = "Tries out the adapter of an engine that runs in a process of its own (src/docs/protocol.md).")
final class AdapterCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with it: check");
    }

    /** Says what is wrong with an adapter. */
    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            description = {
                "Starts an adapter, has it say hello, asks it small programs, each for one thing that an adapter does, and says"
                        + " what is wrong, with the lines that were sent and answered. Then it calls each op that the adapter names"
                        + " in every way that its signature allows, and names those that answer wrongly.",
                "Numbers may be off by a thousandth here: whether an engine is right is for verify to say."
            },
            footer = {
                "",
                "Example: java -jar target/gradtwin.jar adapter check 'python3 src/adapters/python/micrograd.py'"
            })
    static final class Check implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // set by picocli
        private CommandSpec spec;

        /** For calls of ops, once each has been called. */
        private static final Duration TIME = Duration.ofSeconds(5);

        @Parameters(paramLabel = "COMMAND", description = "Starts the adapter, as a shell takes it.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String command;

        @Option(names = "--messages", description = "Show every line that is sent and answered.")
        private boolean messages;

        @Override
        public Integer call() {
            PrintWriter out = spec.commandLine().getOut();
            Greeting hello = AdapterCheck.greet(command);
            out.printf(Locale.ROOT, "hello after %.2f s  %s%n", hello.seconds(), hello.summary());
            hello.wrong().forEach(wrong -> out.println("  wrong: " + wrong));
            if (messages || !hello.wrong().isEmpty()) {
                out.println("  answered: " + hello.answer());
            }
            if (!hello.wrong().isEmpty()) {
                out.flush();
                return Main.DISAGREE;
            }
            try (AdapterCheck check = new AdapterCheck(command)) {
                List<Tried> all = check.run();
                all.forEach(tried -> print(out, tried));
                long right = all.stream().filter(Tried::right).count();
                long wrong =
                        all.stream().filter(tried -> !tried.wrong().isEmpty()).count();
                long skipped = all.size() - right - wrong;
                OpCalls.Outcome ops = new OpCalls(check.engine(), check.ops(), check::has).run(TIME);
                print(out, ops);
                double speed = check.programsASecond();
                out.printf(
                        Locale.ROOT,
                        "%d programs: %d right, %d wrong, %d skipped; %,.0f small programs a second%n",
                        all.size(),
                        right,
                        wrong,
                        skipped,
                        speed);
                out.flush();
                if (wrong == 0 && speed == 0 && ops.calls() == 0) {
                    spec.commandLine().getErr().println("gradtwin: no program can be made of the ops that hello names");
                    return Main.USAGE;
                }
                return wrong > 0 || !ops.wrong().isEmpty() ? Main.DISAGREE : Main.AGREE;
            }
        }

        private static void print(PrintWriter out, OpCalls.Outcome ops) {
            ops.wrong().forEach(wrong -> out.println("wrong    " + wrong));
            out.printf(
                    Locale.ROOT,
                    "%d ops in %d calls: %d right, %d wrong%s%s%n",
                    ops.right() + ops.wrong().size() + ops.left().size(),
                    ops.calls(),
                    ops.right(),
                    ops.wrong().size(),
                    ops.left().isEmpty() ? "" : ", not called: " + String.join(", ", ops.left()),
                    ops.whole() ? "" : "; time was over before each had been called in every way");
        }

        private void print(PrintWriter out, Tried tried) {
            String verdict = tried.right() ? "right" : tried.wrong().isEmpty() ? "skipped" : "wrong";
            out.printf("%-8s %-52s %s%n", verdict, tried.program(), tried.shows());
            if (tried.skipped() != null) {
                out.println("  " + tried.skipped());
            }
            tried.wrong().forEach(wrong -> out.println("  " + wrong));
            if (messages || !tried.wrong().isEmpty()) {
                out.println("  sent:     " + tried.sent());
                out.println("  answered: " + (tried.answered().isEmpty() ? "nothing" : tried.answered()));
            }
        }
    }
}
