package example;

import org.gradtwin.junit.EngineTests;
import org.gradtwin.junit.GradtwinTest;

/** Each case that the engine can compute is a test. */
@GradtwinTest(engine = MyEngine.class, cases = {"op/mul-*", "op/tanh-*", "op/relu-wild"}, known = "known.json")
class MyEngineTest implements EngineTests {}
