package org.gradtwin.report;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.report.RunReport.Row;

/**
 * A quantity in which PyTorch stands alone: engines agree with the 50-digit answer, and so with one another, and PyTorch is off.
 *
 * @param caseName the case
 * @param dtype the type
 * @param quantity {@code value} or {@code grad}
 * @param name the input or statement
 * @param engines who agrees with the answer in 50 digits, besides the engine that gave it
 */
public record PyTorchAlone(String caseName, String dtype, String quantity, String name, Set<String> engines) {
    /** All of those of some runs, by case, type and quantity. */
    public static List<PyTorchAlone> of(Stream<Row> checks) {
        return checks
                .filter(row -> row.isTrueAgainstPyTorch() && !row.engine().equals(ExactEngine.NAME))
                .collect(Collectors.groupingBy(
                        (Function<Row, List<String>>)
                                row -> List.of(row.caseName(), row.dtype(), row.quantity(), row.name()),
                        () -> new TreeMap<>((a, b) -> String.join("\n", a).compareTo(String.join("\n", b))),
                        Collectors.mapping(Row::engine, Collectors.toCollection(TreeSet::new))))
                .entrySet()
                .stream()
                .map(entry -> new PyTorchAlone(
                        entry.getKey().get(0),
                        entry.getKey().get(1),
                        entry.getKey().get(2),
                        entry.getKey().get(3),
                        entry.getValue()))
                .toList();
    }

    /** As {@code gradient of x (float64)}. */
    public String what() {
        return (quantity.equals("grad") ? "gradient of " : "value of ") + name + " (" + dtype + ")";
    }
}
