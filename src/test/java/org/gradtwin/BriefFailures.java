package org.gradtwin;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.gradtwin.verify.Failures;
import org.gradtwin.verify.VerificationTest;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * Keeps what {@code mvn test} prints to lines that are read: one wrong derivative fails dozens of tests, and Surefire repeats each
 * message to its end. The first failures of a run are shown in some lines, the others in one, and of one parametrized test the
 * first few fail and the rest is aborted; what fails in {@link VerificationTest} is brief by itself. The whole of each stands in {@code target/surefire-reports}, as the test's error output.
 */
public final class BriefFailures implements InvocationInterceptor {
    /** Failures that are shown in several lines. */
    private static final int IN_LINES = 1;

    /** Lines of such a failure. */
    private static final int LINES = 8;

    /** Characters of a line. */
    private static final int CHARACTERS = 240;

    /** Failures of one method. */
    private static final int OF_A_METHOD = 2;

    private static final AtomicInteger ALL = new AtomicInteger();
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
            Class<?> test = testClass(context);
            if (test == VerificationTest.class && e instanceof Failures.Error) {
                throw e;
            }
            String method = test.getName()
                    + context.getTestMethod().map(Method::getName).orElse("");
            throw of(context.getDisplayName(), e, ALL.incrementAndGet(), BY_METHOD.merge(method, 1, Integer::sum));
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
     * @param all how many there were in the run, with this one
     * @param ofMethod how many there were of its method
     */
    @SuppressWarnings({"SystemOut", "CatchAndPrintStackTrace"})
    static Throwable of(String test, Throwable failure, int all, int ofMethod) {
        System.err.println(test);
        failure.printStackTrace();
        if (ofMethod > OF_A_METHOD) {
            return new TestAbortedException(
                    "fails too, as " + OF_A_METHOD + " before: " + inALine(String.valueOf(failure.getMessage())));
        }
        AssertionError brief = new AssertionError(
                test + ": " + (all > IN_LINES ? inALine(failure.toString()) : inLines(failure.toString())));
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
