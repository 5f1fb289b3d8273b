package org.gradtwin.cli;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.Thrown;
import org.jspecify.annotations.Nullable;

/**
 * Notices a process that something else than its end ends. An engine that calls {@code System.exit(0)} would pass without having
 * been compared: the process then exits with {@value Main#BROKEN}, and says who called. So does a verb with results that a signal ends,
 * once it has saved them; any other ends as ever. A call of {@code Runtime.halt} nobody sees.
 */
final class Completion {
    /** What there is to say of a run that saved nothing. */
    static final String NOTHING = "the run did not come to its end, nothing is reported";

    private static volatile boolean complete;
    private static volatile @Nullable Supplier<String> lastWords;

    private Completion() {}

    /** From now on the process has to be complete before it exits. */
    static void require() {
        Runtime.getRuntime().addShutdownHook(new Thread(Completion::check, "gradtwin-completion"));
    }

    /** From now on this is done before the process ends early: it saves what there is, and says in a line what that is. */
    static void lastWords(@Nullable Supplier<String> words) {
        lastWords = words;
    }

    /** Everything is done. */
    static int complete(int code) {
        complete = true;
        return code;
    }

    @SuppressWarnings("SystemOut")
    private static void check() {
        if (complete) {
            return;
        }
        Supplier<String> words = lastWords;
        Optional<String> caller = Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> exits(entry.getValue()))
                .findFirst()
                .map(Completion::inWords);
        if (caller.isPresent() || words != null) {
            String saved;
            try {
                saved = words == null ? NOTHING : words.get();
            } catch (RuntimeException | Error e) {
                saved = "nothing could be saved: " + Thrown.inWords(e);
            }
            System.err.println("gradtwin: " + caller.orElse("a signal ended the run") + ": " + saved);
            Runtime.getRuntime().halt(Main.BROKEN);
        }
    }

    /** Whether a thread stands in a call of System.exit; one that handles a signal does not. */
    private static boolean exits(StackTraceElement[] frames) {
        return Arrays.stream(frames)
                .anyMatch(frame -> frame.getClassName().equals("java.lang.Runtime")
                        && frame.getMethodName().equals("exit"));
    }

    private static String inWords(Map.Entry<Thread, StackTraceElement[]> exiting) {
        String at = Running.at(exiting.getKey())
                .or(() -> Stream.of(Running.now())
                        .filter(now -> !now.isEmpty())
                        .map(now -> String.join(" or ", now))
                        .findFirst())
                .map(what -> " in " + what)
                .orElse("");
        String caller = Arrays.stream(exiting.getValue())
                .filter(frame -> !frame.getClassName().startsWith("java."))
                .findFirst()
                // A frame of another thread bears the name of its loader.
                .map(frame -> " at " + frame.toString().replace("app//", ""))
                .orElse("");
        return "System.exit was called" + at + caller;
    }
}
