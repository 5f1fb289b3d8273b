package org.gradtwin.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.report.Coverage;

/**
 * What {@code verify --coverage} prints: checks of values and of gradients by op, engine and type, and what is missing.
 */
final class CoverageTable {
    private final Coverage coverage;

    CoverageTable(Coverage coverage) {
        this.coverage = coverage;
    }

    void print(PrintWriter out) {
        out.println("checks of values + gradients that an op has a part in");
        out.printf(Locale.ROOT, "  %-34s %5s", "op", "cases");
        for (Coverage.Column column : coverage.columns()) {
            out.printf(
                    Locale.ROOT,
                    "  %15s",
                    column.engine() + " " + column.dtype().torchName().replace("loat", ""));
        }
        out.println();
        for (Op op : Ops.all()) {
            out.printf(Locale.ROOT, "  %-34s %5d", op.id(), coverage.cases().getOrDefault(op, 0));
            for (Coverage.Column column : coverage.columns()) {
                Coverage.Cell cell = coverage.cell(op, column);
                out.printf(
                        Locale.ROOT,
                        "  %15s",
                        cell.values() + cell.grads() == 0 ? "-" : cell.values() + " + " + cell.grads());
            }
            out.println();
        }
        Map<Op, StringJoiner> gaps = new LinkedHashMap<>();
        for (Coverage.Gap gap : coverage.gaps()) {
            gaps.computeIfAbsent(gap.op(), op -> new StringJoiner("; ")).add(gap.what());
        }
        out.println("not covered: "
                + (gaps.isEmpty() ? "nothing" : coverage.gaps().size() + " in " + gaps.size() + " ops"));
        gaps.forEach((op, list) -> out.println("  " + op.id() + ": " + list));
        out.println();
    }
}
