package org.gradtwin;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.gradtwin.verify.Failures;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Keeps what {@code mvn test} prints to a page: one wrong derivative fails hundreds of tests, and Surefire repeats each message to its end.
 * What to suspect in all cases is told first and in full, by {@link VerificationTest}; of other failures a line each, of no more than a few in a process and
 * fewer of one method, and the rest is aborted. Where tests are chosen by {@code -Dtest} more is told. The whole of each stands in
 * {@code target/surefire-reports}, as the test's error output.
 */
public final class BriefFailures implements InvocationInterceptor {
    private static final boolean CHOSEN = System.getProperty("test") != null;

    /** Lines of the first failure of chosen tests. */
    private static final int LINES = 8;

    /** Characters of a line. */
    private static final int CHARACTERS = 240;

    /** Failures of one method. */
    private static final int OF_A_METHOD = 2;

    /** Failures of a process. */
    private static final int OF_ALL = 3;

    /** The same of chosen tests. */
    private static final int OF_CHOSEN = 10;

    private static final AtomicInteger ALL = new AtomicInteger();
    private static final AtomicBoolean IN_FULL = new AtomicBoolean();
    private static final Map<String, Integer> BY_METHOD = new ConcurrentHashMap<>();

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext test, ExtensionContext context) throws Throwable {
        run(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        run(invocation, context);
    }

    private static void run(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        try {
            invocation.proceed();
        } catch (TestAbortedException e) {
            throw e;
        } catch (Throwable e) {
            if (e instanceof Failures.Error && IN_FULL.compareAndSet(false, true)) {
                throw e;
            }
            String method = testClass(context).getName()
                    + context.getTestMethod().map(Method::getName).orElse("");
            int ofMethod = BY_METHOD.merge(method, 1, Integer::sum);
            int all = ofMethod > OF_A_METHOD ? ALL.get() : ALL.incrementAndGet();
            throw of(context.getDisplayName(), e, all, ofMethod, CHOSEN);
        }
    }

    /** The class of the test; that of a dynamic test is known to the test that made it. */
    private static Class<?> testClass(ExtensionContext context) {
        return context.getTestClass()
                .orElseGet(() -> testClass(context.getParent().orElseThrow()));
    }

    /**
     * What is thrown in place of a failure, which is printed.
     *
     * @param all how many were told in the run, with this one
     * @param ofMethod how many there were of its method
     * @param chosen whether these tests were asked for
     */
    @SuppressWarnings({"SystemOut", "CatchAndPrintStackTrace"})
    static Throwable of(String test, Throwable failure, int all, int ofMethod, boolean chosen) {
        System.err.println(test);
        failure.printStackTrace();
        int told = chosen ? OF_CHOSEN : OF_ALL;
        if (ofMethod > OF_A_METHOD || all > told) {
            return new TestAbortedException("fails too: " + inALine(String.valueOf(failure.getMessage())));
        }
        AssertionError brief = new AssertionError(
                test + ": " + (chosen && all == 1 ? inLines(failure.toString()) : inALine(failure.toString()))
                        + (all == told ? " (what else fails is in target/surefire-reports)" : ""));
        brief.setStackTrace(failure.getStackTrace());
        return brief;
    }

    private static String inALine(String text) {
        return cut(text.strip().replaceAll("\\s+", " "));
    }

    private static String inLines(String text) {
        String[] lines = text.strip().split("\n", -1);
        return Arrays.stream(lines).limit(LINES).map(BriefFailures::cut).collect(Collectors.joining("\n"))
                + (lines.length > LINES ? "\n… and " + (lines.length - LINES) + " lines more" : "");
    }

    private static String cut(String line) {
        return line.length() <= CHARACTERS ? line : line.substring(0, CHARACTERS) + "…";
    }
}
