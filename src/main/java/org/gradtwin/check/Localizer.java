package org.gradtwin.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.engine.Quantity;
import org.gradtwin.language.Program;
import org.gradtwin.language.Statement;

/** Finds where an engine first went wrong: the culprit stands there, everything after it only passes the error on. */
public final class Localizer {
    private Localizer() {}

    /**
     * The first statement whose value is off, in the order of evaluation; if all values are right, the first name whose
     * gradient is off, in the order of the backward pass (statements from last to first, then inputs).
     *
     * @param program the program that was evaluated
     * @param inputs the names of its inputs
     * @param comparisons the comparison of each quantity
     * @return empty if everything agrees
     */
    public static Optional<Quantity> firstOff(
            Program program, Set<String> inputs, Map<Quantity, Comparison> comparisons) {
        List<Quantity> order = new ArrayList<>();
        List<String> names = new ArrayList<>(
                program.statements().stream().map(Statement::name).toList());
        names.forEach(name -> order.add(Quantity.value(name)));
        Collections.reverse(names);
        names.addAll(inputs);
        names.forEach(name -> order.add(Quantity.grad(name)));
        return order.stream()
                .filter(quantity -> comparisons.containsKey(quantity)
                        && !comparisons.get(quantity).agrees())
                .findFirst();
    }
}
