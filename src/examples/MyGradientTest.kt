package example

import org.gradtwin.assertions.GradtwinAssertions.assertThatGradient
import org.gradtwin.assertions.Twin
import org.junit.jupiter.api.Test
import kotlin.math.cosh
import kotlin.math.pow
import kotlin.math.tanh

class MyGradientTest {
    @Test
    fun `is that of PyTorch`() {
        val x = doubleArrayOf(0.5, -1.0, 2.0)
        val mine = x.map { 2 * tanh(it) / cosh(it).pow(2) }.toDoubleArray()
        assertThatGradient(mine, "x").agreesWithPyTorch(Twin.of("y = sum(tanh(x)**2)").with("x", x))
    }
}
