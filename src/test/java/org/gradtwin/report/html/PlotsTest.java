package org.gradtwin.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.RunReport.Summary;
import org.junit.jupiter.api.Test;

class PlotsTest {
    private static Row row(double ofAllowed) {
        return new Row(
                "op/x",
                "scalar",
                "recorded",
                "float64",
                "value",
                "y",
                List.of(),
                1,
                0,
                new Deviation(1, null, ofAllowed),
                null,
                1e-9,
                null,
                "agree",
                null);
    }

    private static String everyCheck(Row... checks) {
        Summary summary = new Summary(100, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), null);
        String plots = new Plots(new RunReport(
                        "",
                        summary,
                        SampleReports.ENVIRONMENT,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(checks)))
                .content()
                .render();
        return plots.substring(plots.indexOf("<svg"), plots.indexOf("</svg>"));
    }

    /** An error that no axis has a place for lies below it, as exact ones do. */
    @Test
    void anErrorOfNearlyNothingLeavesTheLinesWhereTheyAre() {
        assertThat(everyCheck(row(0.5), row(1e-310))).isEqualTo(everyCheck(row(0.5), row(0)));
    }
}
