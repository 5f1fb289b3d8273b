package org.gradtwin.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.gradtwin.engine.Engine;

/**
 * What the tests of an {@link EngineTests} are about:
 *
 * <pre>{@code
 * @GradtwinTest(engine = MyEngine.class, cases = "op/*", known = "known.json")
 * class MyEngineTest implements EngineTests {}
 * }</pre>
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
public @interface GradtwinTest {
    /** The engine under test; it has a constructor without arguments. */
    Class<? extends Engine> engine();

    /** Which cases and trainings, by full name: {@code *} is any characters, {@code ?} is one. */
    String[] cases() default "*";

    /**
     * A folder of fixtures, seen from the folder that tests run in, or on the class path: {@code classpath:gradtwin}; empty for those that
     * travel with this library.
     */
    String fixtures() default "";

    /**
     * A file of known failures, seen from the folder that tests run in, as {@code verify --known} takes it; empty for none. A test of which
     * all failures are known is skipped, with the reason.
     */
    String known() default "";

    /**
     * The folder that {@code report.json} goes to, and {@code index.html} where j2html is on the class path; empty for
     * {@code target/gradtwin-} and the engine's name.
     */
    String report() default "";
}
