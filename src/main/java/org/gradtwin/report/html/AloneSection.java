package org.gradtwin.report.html;

import static j2html.TagCreator.each;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.section;

import j2html.tags.DomContent;
import java.util.List;
import org.gradtwin.report.PyTorchAlone;
import org.gradtwin.report.RunReport;

/** Where engines agree with one another and with the answer in 50 digits, and PyTorch is off. */
final class AloneSection {
    private final List<PyTorchAlone> all;

    AloneSection(RunReport report) {
        all = PyTorchAlone.of(report.checks().stream());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    DomContent content() {
        return isEmpty()
                ? each()
                : section(
                                h2("Where PyTorch stands alone"),
                                Tables.of(
                                        "Engines that agree with the answer in 50 digits, and so with one another, where PyTorch is off",
                                        List.of("case", "quantity", "engines"),
                                        all.stream().map(AloneSection::row).toList()))
                        .withId("alone");
    }

    private static List<DomContent> row(PyTorchAlone one) {
        return List.of(
                Tables.cell(one.caseName()), Tables.cell(one.what()), Tables.cell(String.join(", ", one.engines())));
    }
}
