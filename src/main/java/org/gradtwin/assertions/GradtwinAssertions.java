package org.gradtwin.assertions;

import java.util.LinkedHashMap;
import java.util.Map;
import org.gradtwin.engine.Quantity;

/**
 * Where an assertion begins:
 *
 * <pre>{@code
 * assertThatGradient(mine, "x").agreesWithPyTorch(Twin.of("y = sum(tanh(x)**2)").with("x", x));
 * }</pre>
 *
 * <p>Numbers are {@code double} or {@code float}, arrays of them, nested to the shape or flat in row-major order, or buffers of
 * {@code java.nio} from position to limit. Floats are compared in float32, doubles in float64.
 */
public final class GradtwinAssertions {
    private GradtwinAssertions() {}

    /**
     * The gradient with respect to a name.
     *
     * @param mine the numbers
     * @param name an input or a value of the program
     * @throws IllegalArgumentException if these are no numbers
     */
    public static NumbersAssert assertThatGradient(Object mine, String name) {
        return new NumbersAssert(Map.of(Quantity.grad(name), GivenNumbers.of(mine, "the gradient of " + name)));
    }

    /**
     * Gradients with respect to several names, of which each that is off is told.
     *
     * @param mine the numbers by name
     */
    public static NumbersAssert assertThatGradients(Map<String, ?> mine) {
        Map<Quantity, GivenNumbers> given = new LinkedHashMap<>();
        mine.forEach(
                (name, numbers) -> given.put(Quantity.grad(name), GivenNumbers.of(numbers, "the gradient of " + name)));
        return new NumbersAssert(given);
    }

    /**
     * The value of a name.
     *
     * @param mine the numbers
     * @param name a value of the program
     * @throws IllegalArgumentException if these are no numbers
     */
    public static NumbersAssert assertThatValue(Object mine, String name) {
        return new NumbersAssert(Map.of(Quantity.value(name), GivenNumbers.of(mine, "the value of " + name)));
    }
}
