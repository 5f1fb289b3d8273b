package org.gradtwin.report.html;

import static j2html.TagCreator.br;
import static j2html.TagCreator.code;
import static j2html.TagCreator.small;
import static j2html.TagCreator.span;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.CaseDetail.Element;
import org.gradtwin.report.CaseDetail.Sheet;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.verify.FailureMessage;
import org.jspecify.annotations.Nullable;

/** The numbers of a case, in decimal and in hexadecimal, which shows the bits. */
final class NumberTable {
    private NumberTable() {}

    /**
     * The table of a case.
     *
     * @param failing its checks against recorded numbers that fail
     */
    static DomContent of(CaseDetail given, List<Row> failing) {
        Set<String> columns = new LinkedHashSet<>();
        given.sheets().forEach(sheet -> columns.addAll(sheet.columns()));
        List<String> heads = new ArrayList<>(List.of("quantity", "index"));
        heads.addAll(columns);
        List<List<DomContent>> rows = new ArrayList<>();
        for (Sheet sheet : given.sheets()) {
            for (Element element : sheet.elements()) {
                rows.add(row(sheet, element, columns, failing));
            }
        }
        return Tables.of(
                "Numbers of " + given.name() + ": of large tensors the elements that are farthest off", heads, rows);
    }

    private static List<DomContent> row(Sheet sheet, Element element, Set<String> columns, List<Row> failing) {
        DType dtype = DType.of(sheet.dtype());
        List<DomContent> row = new ArrayList<>();
        row.add(text(Phrases.kind(sheet.quantity()) + " of " + sheet.name() + " (" + sheet.dtype() + ")"));
        row.add(text(Arrays.toString(element.index())));
        Double recorded = element.numbers()[0];
        for (String column : columns) {
            int i = sheet.columns().indexOf(column);
            Double number = i < 0 ? null : element.numbers()[i];
            DomContent shown = number(number, recorded, dtype);
            row.add(
                    isWrong(sheet, column, number, recorded, failing)
                            ? strong(text("✗ "), shown, small(off(number, recorded)))
                                    .withClass("wrong")
                            : shown);
        }
        return row;
    }

    /** Whether a number is beyond the tolerance of a check that fails. */
    private static boolean isWrong(
            Sheet sheet, String engine, @Nullable Double number, @Nullable Double recorded, List<Row> failing) {
        return number != null
                && recorded != null
                && Double.compare(number, recorded) != 0
                && failing.stream()
                        .filter(check -> check.engine().equals(engine)
                                && check.dtype().equals(sheet.dtype())
                                && check.quantity().equals(sheet.quantity())
                                && check.name().equals(sheet.name()))
                        .map(Row::tolerance)
                        .filter(Objects::nonNull)
                        .anyMatch(allowed ->
                                !(Math.abs(number - recorded) <= allowed.atol() + allowed.rtol() * Math.abs(recorded)));
    }

    private static String off(@Nullable Double number, @Nullable Double recorded) {
        return number == null || recorded == null || !Double.isFinite(number - recorded)
                ? ""
                : "off by " + FailureMessage.number(Math.abs(number - recorded));
    }

    private static DomContent number(@Nullable Double number, @Nullable Double recorded, DType dtype) {
        if (number == null) {
            return text("none");
        }
        boolean same = recorded != null && Double.compare(number, recorded) == 0;
        String hex = dtype == DType.FLOAT32 ? Float.toHexString(number.floatValue()) : Double.toHexString(number);
        return span(text(Decimals.shortest(number, dtype)), br(), code(hex))
                .withClass(same ? "number" : "number differs");
    }
}
