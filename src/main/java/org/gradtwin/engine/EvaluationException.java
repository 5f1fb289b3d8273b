package org.gradtwin.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** An engine refused or failed at a statement, or at what comes before the first and after the last. */
public final class EvaluationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Characters of an engine's message that are shown. */
    private static final int SHOWN = 300;

    private final int line;
    private final String place;

    /**
     * A failure.
     *
     * @param line number of the statement, from 1
     * @param cause what the engine threw
     */
    public EvaluationException(int line, Throwable cause) {
        this(line, "line " + line, cause);
    }

    /**
     * A failure outside of the statements.
     *
     * @param step what the engine was asked to do
     * @param cause what the engine threw
     */
    public EvaluationException(String step, Throwable cause) {
        this(0, step, cause);
    }

    private EvaluationException(int line, String place, Throwable cause) {
        // The class of what is no failure of everyday says more than its message.
        super(
                place + ": "
                        + oneLine(cause instanceof RuntimeException ? Thrown.message(cause) : Thrown.inWords(cause)),
                cause);
        this.line = line;
        this.place = place;
    }

    /** Number of the statement, from 1; 0 outside of the statements. */
    public int line() {
        return line;
    }

    /** Where, what the engine threw, and the innermost place in the engine's own code, in a line. */
    public String inWords() {
        Throwable thrown = getCause() == null ? this : getCause();
        String message = oneLine(Thrown.message(thrown));
        if (thrown instanceof Told) {
            return place + ": " + message;
        }
        String type = thrown.getClass().getName();
        return place + ": " + (message.startsWith(type) ? message : type + ": " + message)
                + ownFrame(thrown).map(frame -> ", at " + frame).orElse("");
    }

    private static String oneLine(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    /** The engine's own code is the package that the evaluator called; what that calls may be a library's or Java's. */
    private static Optional<StackTraceElement> ownFrame(Throwable thrown) {
        List<StackTraceElement> frames = Arrays.stream(thrown.getStackTrace())
                .takeWhile(frame -> !frame.getClassName().equals(Evaluator.class.getName()))
                .filter(frame -> !isJavas(frame.getClassName()))
                .filter(frame -> !frame.getClassName().equals(ForwardingGraph.class.getName())
                        && !frame.getClassName().equals(DescribedEngine.class.getName()))
                .toList();
        return frames.stream()
                .filter(frame -> packageOf(frame).equals(packageOf(frames.get(frames.size() - 1))))
                .findFirst();
    }

    private static boolean isJavas(String name) {
        return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
    }

    private static String packageOf(StackTraceElement frame) {
        return frame.getClassName()
                .substring(0, Math.max(0, frame.getClassName().lastIndexOf('.')));
    }
}
