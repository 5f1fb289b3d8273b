package example;

import org.gradtwin.junit.EngineTests;
import org.gradtwin.junit.GradtwinTest;

/** The same with cases of one's own. */
@GradtwinTest(engine = MyEngine.class, fixtures = "classpath:cases", report = "target/gradtwin-my-cases")
class MyCasesTest implements EngineTests {}
