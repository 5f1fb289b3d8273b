package org.gradtwin.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.engine.Quantity;
import org.gradtwin.report.CaseDetail.Element;
import org.gradtwin.report.CaseDetail.Sheet;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.Trial;
import org.jspecify.annotations.Nullable;

/** Puts what the engines made of a case side by side, number by number. */
final class ValueTables {
    /** A tensor of more elements is shown where an engine is farthest off, not as a whole. */
    private static final int SMALL = 9;

    private ValueTables() {}

    /** A sheet for each type and quantity of the case. */
    static List<Sheet> of(List<Trial> trials) {
        Map<String, Map<Quantity, List<Check>>> grouped = new LinkedHashMap<>();
        for (Trial trial : trials) {
            for (Check check : trial.checks()) {
                if (check.against() == Against.EXPECT && check.comparison() != null) {
                    grouped.computeIfAbsent(check.dtype().torchName(), key -> new LinkedHashMap<>())
                            .computeIfAbsent(check.quantity(), key -> new ArrayList<>())
                            .add(check);
                }
            }
        }
        List<Sheet> sheets = new ArrayList<>();
        grouped.forEach((dtype, quantities) ->
                quantities.forEach((quantity, checks) -> sheets.add(sheet(dtype, quantity, checks))));
        return sheets;
    }

    private static Sheet sheet(String dtype, Quantity quantity, List<Check> checks) {
        List<String> columns = new ArrayList<>(List.of("recorded"));
        List<Optional<Tensor>> tensors = new ArrayList<>(List.of(checks.get(0).expected()));
        checks.forEach(check -> {
            columns.add(check.engine());
            tensors.add(check.actual());
        });
        Shape shape = tensors.stream()
                .flatMap(Optional::stream)
                .findFirst()
                .map(Tensor::shape)
                .orElse(Shape.SCALAR);
        List<Element> elements = new ArrayList<>();
        for (int position : positions(shape, checks)) {
            @Nullable Double[] numbers = new Double[tensors.size()];
            for (int column = 0; column < numbers.length; column++) {
                numbers[column] = tensors.get(column)
                        .filter(tensor -> tensor.shape().equals(shape))
                        .map(tensor -> tensor.get(position))
                        .orElse(null);
            }
            elements.add(new Element(shape.index(position), numbers));
        }
        return new Sheet(dtype, quantity.kind().key(), quantity.name(), columns, elements);
    }

    private static SortedSet<Integer> positions(Shape shape, List<Check> checks) {
        SortedSet<Integer> positions = new TreeSet<>();
        if (shape.size() <= SMALL) {
            for (int i = 0; i < shape.size(); i++) {
                positions.add(i);
            }
            return positions;
        }
        for (Check check : checks) {
            Comparison comparison = check.comparison();
            Discrepancy worst = comparison == null ? null : comparison.worst();
            if (worst != null) {
                int position = 0;
                for (int d = 0; d < worst.index().length; d++) {
                    position = position * shape.dims()[d] + worst.index()[d];
                }
                positions.add(position);
            }
        }
        return positions;
    }
}
