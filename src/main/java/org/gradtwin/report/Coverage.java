package org.gradtwin.report;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.FixtureInput;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Features;
import org.gradtwin.language.Op;
import org.gradtwin.language.Operands;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Statement;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Trial;
import org.jspecify.annotations.Nullable;

/**
 * What a run compared, by op, and what it did not. A check counts when two tensors were compared (verdict agree,
 * disagree or vacuous), so an op that an engine lacks, or a case that only is refused, covers nothing. It counts for
 * the ops that it could show a fault of: a value for those that it is computed by, a gradient for those between its
 * name and the root.
 *
 * @param columns engine and type of the run, in order
 * @param cells by op and column
 * @param cases how many cases compared something that the op has a part in
 * @param gaps what is not covered
 */
public record Coverage(List<Column> columns, Map<Op, Map<Column, Cell>> cells, Map<Op, Integer> cases, List<Gap> gaps) {
    private static final Set<Verdict> COMPARED = EnumSet.of(
            Verdict.AGREE, Verdict.DISAGREE, Verdict.VACUOUS, Verdict.DULL, Verdict.CONVENTION, Verdict.KNOWN);

    /** Flags of cases at a point where a convention decides. */
    private static final Set<String> KINKS = Set.of(
            "Kink",
            "Tie",
            "ZeroBase",
            "NegativeBase",
            "ProductWithZeros",
            "IgnoredRows",
            "RepeatedIndex",
            "ConstantRow",
            "EmptyTensor",
            "NonFinite",
            "Saturation",
            "Overflow");

    /** An engine in a type. */
    public record Column(String engine, DType dtype) {}

    /**
     * Checks that have to do with an op.
     *
     * @param values of values
     * @param grads of gradients
     * @param blind those among them that an all-zero answer passes: vacuous, or compared with exact zeros
     * @param blindGrads those among the blind that are of gradients
     */
    public record Cell(int values, int grads, int blind, int blindGrads) {
        static final Cell NONE = new Cell(0, 0, 0, 0);

        private Cell plus(boolean gradient, boolean isBlind) {
            return new Cell(
                    values + (gradient ? 0 : 1),
                    grads + (gradient ? 1 : 0),
                    blind + (isBlind ? 1 : 0),
                    blindGrads + (isBlind && gradient ? 1 : 0));
        }
    }

    /**
     * Something that no case covers.
     *
     * @param op of which
     * @param what in words
     */
    public record Gap(Op op, String what) {}

    /** The coverage of a run. */
    public static Coverage of(List<Trial> trials) {
        return new Count(trials).coverage();
    }

    /** The cell of an op in a column; all zero where nothing was compared. */
    public Cell cell(Op op, Column column) {
        return cells.getOrDefault(op, Map.of()).getOrDefault(column, Cell.NONE);
    }

    /** The sums while they are made. */
    private static final class Count {
        private final Set<Column> columns = new LinkedHashSet<>();
        private final Map<Op, Map<Column, Cell>> cells = new LinkedHashMap<>();
        private final Map<Op, Set<String>> cases = new LinkedHashMap<>();
        private final Map<Op, Set<String>> flags = new LinkedHashMap<>();
        private final Map<Op, Set<String>> features = new LinkedHashMap<>();
        private final Map<String, ExposedOps> reaches = new HashMap<>();

        Count(List<Trial> trials) {
            for (Trial trial : trials) {
                columns.add(new Column(trial.engine(), trial.dtype()));
                trial.checks().forEach(check -> add(trial, check));
            }
        }

        private void add(Trial trial, Check check) {
            if (check.comparison() == null || check.expected().isEmpty() || !COMPARED.contains(check.verdict())) {
                return;
            }
            boolean blind = check.verdict() == Verdict.VACUOUS
                    || check.sharpness().map(Sharpness::zero).orElse(false);
            boolean gradient = check.quantity().kind() == Quantity.Kind.GRAD;
            Column column = new Column(check.engine(), check.dtype());
            ExposedOps reach = reaches.computeIfAbsent(
                    trial.caseName(),
                    name -> new ExposedOps(
                            trial.program(), trial.given().given().backward().of()));
            for (Op op : reach.of(check.quantity())) {
                Map<Column, Cell> row = cells.computeIfAbsent(op, key -> new LinkedHashMap<>());
                row.put(column, row.getOrDefault(column, Cell.NONE).plus(gradient, blind));
                if (cases.computeIfAbsent(op, key -> new HashSet<>()).add(trial.caseName())) {
                    flags.computeIfAbsent(op, key -> new HashSet<>())
                            .addAll(trial.given().given().flags());
                    for (Statement statement : trial.program().statements()) {
                        collect(trial, statement.expr(), op);
                    }
                }
            }
        }

        private void collect(Trial trial, @Nullable Expr expr, Op op) {
            if (expr instanceof Apply apply) {
                apply.operands().forEach(operand -> collect(trial, operand, op));
                if (apply.op() == op) {
                    Set<String> seen = features.computeIfAbsent(op, key -> new HashSet<>());
                    seen.addAll(Features.of(apply));
                    seen.addAll(Operands.of(apply, name -> tensor(trial, name)));
                }
            }
        }

        private static Optional<Tensor> tensor(Trial trial, String name) {
            FixtureInput input = trial.given().given().inputs().get(name);
            return input != null
                    ? Optional.of(input.source().tensor())
                    : trial.given()
                            .given()
                            .expected(trial.dtype())
                            .getOrDefault(Quantity.value(name), Optional.empty());
        }

        Coverage coverage() {
            Map<Op, Integer> counts = new LinkedHashMap<>();
            List<Gap> gaps = new ArrayList<>();
            for (Op op : Ops.all()) {
                counts.put(op, cases.getOrDefault(op, Set.of()).size());
                gaps(op).forEach(what -> gaps.add(new Gap(op, what)));
            }
            return new Coverage(List.copyOf(columns), cells, counts, gaps);
        }

        private List<String> gaps(Op op) {
            if (!cases.containsKey(op)) {
                return List.of("no case");
            }
            List<String> gaps = new ArrayList<>();
            for (Column column : columns) {
                Cell cell = cells.getOrDefault(op, Map.of()).getOrDefault(column, Cell.NONE);
                String where =
                        " on " + column.engine() + " in " + column.dtype().torchName();
                if (cell.values() == 0) {
                    gaps.add("no value" + where);
                } else if (op.isDifferentiable() && !op.isStepwise() && cell.grads() == cell.blindGrads()) {
                    gaps.add("no gradient that an all-zero answer fails" + where);
                }
            }
            Set<String> used = features.getOrDefault(op, Set.of());
            Stream.concat(Features.of(op).stream(), Operands.of(op).stream())
                    .filter(feature -> !used.contains(feature))
                    .forEach(gaps::add);
            Set<String> flagged = flags.getOrDefault(op, Set.of());
            if (!op.kinks().startsWith("none") && KINKS.stream().noneMatch(flagged::contains)) {
                gaps.add("kink (" + op.kinks() + ")");
            }
            return gaps;
        }
    }
}
