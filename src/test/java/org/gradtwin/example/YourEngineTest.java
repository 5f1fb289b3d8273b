package org.gradtwin.example;

import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class YourEngineTest {
    private final Engine engine = new ScalarEngine(); // yours: implement Engine and Graph

    @TestFactory
    Stream<DynamicTest> agreesWithPyTorch() {
        return Verifier.trials(engine, "*")
                .map(trial -> DynamicTest.dynamicTest(trial.name(), () -> {
                    trial.skipped().ifPresent(Assumptions::abort);
                    trial.requirePass();
                }));
    }
}
