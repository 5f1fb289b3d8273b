package org.gradtwin.report.html;

import static j2html.TagCreator.br;
import static j2html.TagCreator.code;
import static j2html.TagCreator.span;
import static j2html.TagCreator.text;

import j2html.tags.DomContent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.CaseDetail.Element;
import org.gradtwin.report.CaseDetail.Sheet;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.jspecify.annotations.Nullable;

/** The numbers of a case, in decimal and in hexadecimal, which shows the bits. */
final class NumberTable {
    private NumberTable() {}

    static DomContent of(CaseDetail given) {
        Set<String> columns = new LinkedHashSet<>();
        given.sheets().forEach(sheet -> columns.addAll(sheet.columns()));
        List<String> heads = new ArrayList<>(List.of("quantity", "index"));
        heads.addAll(columns);
        List<List<DomContent>> rows = new ArrayList<>();
        for (Sheet sheet : given.sheets()) {
            for (Element element : sheet.elements()) {
                rows.add(row(sheet, element, columns));
            }
        }
        return Tables.of(
                "Numbers of " + given.name() + ": of large tensors the elements that are farthest off", heads, rows);
    }

    private static List<DomContent> row(Sheet sheet, Element element, Set<String> columns) {
        DType dtype = DType.of(sheet.dtype());
        List<DomContent> row = new ArrayList<>();
        row.add(text(Phrases.kind(sheet.quantity()) + " of " + sheet.name() + " (" + sheet.dtype() + ")"));
        row.add(text(Arrays.toString(element.index())));
        Double recorded = element.numbers()[0];
        for (String column : columns) {
            int i = sheet.columns().indexOf(column);
            row.add(number(i < 0 ? null : element.numbers()[i], recorded, dtype));
        }
        return row;
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
