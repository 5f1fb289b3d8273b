package org.gradtwin.junit;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Tests of an engine, each case against PyTorch run live and against the recorded numbers. A class that implements this says by
 * {@link GradtwinTest} which engine, and is otherwise empty.
 *
 * <p>All cases are run, on all processors if the engine allows it, before the first test is. The simplest case that
 * fails is then the first test, and begins with what to suspect; some more are told in a line each, and of all others the tests are aborted.
 * The report of the run, written once, has everything.
 */
public interface EngineTests {
    /** A container for each file of fixtures, a test for each case in it, named as the case. */
    @TestFactory
    default Stream<DynamicNode> agreesWithPyTorch() {
        return EngineRun.of(getClass()).tests();
    }
}
