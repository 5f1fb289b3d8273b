package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.report.html.SampleReports;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;

class EngineTableTest {
    @Test
    void anEngineIsARowWithItsSharesByGroupAndItsSpeed() {
        List<Trial> trials = Verifier.trials(new WrongTanh(), "op/tanh-*").toList();
        int cases = (int) trials.stream().map(Trial::caseName).distinct().count();
        RunReport run = RunReport.of(
                trials,
                SampleReports.ENVIRONMENT.with(List.of(new EngineNote("wrong-tanh", "wrong 0.1 (java)", 1200, 0.6))));
        long failing = run.checks().stream().filter(RunReport.Row::failsGate).count();
        assertThat(failing).isPositive();
        String table = EngineTable.of(List.of(run, run), LocalDate.of(2026, 1, 31));
        assertThat(table.lines().toList())
                .filteredOn(line -> line.startsWith("| wrong-tanh | wrong 0.1 (java) | "))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .contains("| %d of %d | ".formatted(cases, cases))
                        .endsWith(" | %d | 1,200 | 0.50 |".formatted(failing)));
        assertThat(table)
                .containsPattern("\\| engine \\| arithmetic \\| elementwise \\|.*\\| programs \\|\n")
                .containsPattern("\\| wrong-tanh \\| [0-9.]+ % \\| [0-9.]+ % \\|")
                .doesNotContain("100.0 %")
                .contains("Made on 2026-01-31 by `gradtwin report --engines` from 2 reports, with gradtwin test");
    }
}
