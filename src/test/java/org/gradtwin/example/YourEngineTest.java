package org.gradtwin.example;

import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.junit.EngineTests;
import org.gradtwin.junit.GradtwinTest;

@GradtwinTest(engine = ScalarEngine.class, cases = "op/*") // yours: implement Engine and Graph
class YourEngineTest implements EngineTests {}
