package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.exact.ExactEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.report.html.Dashboard;
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

    /** sigmoid(-90) is 8.19e-40 in float32, and PyTorch gives 0. */
    @Test
    void whereStrangersAgreeWithTheExactEngineAgainstPyTorchThePagesSaySo() {
        RunReport run = RunReport.of(
                FixtureSet.bundled("op/sigmoid-saturated").select("op/sigmoid-saturated").stream()
                        .flatMap(new Verifier(
                                new TorchEngine(),
                                List.of(
                                        new ExactEngine(),
                                        new GivenEngine("first", new ExactEngine()::newGraph),
                                        new GivenEngine("second", new ExactEngine()::newGraph),
                                        new GivenEngine("third", new TorchEngine()::newGraph)))::verify)
                        .toList(),
                SampleReports.ENVIRONMENT.with(Stream.of("exact", "first", "second", "third")
                        .map(name -> new EngineNote(name, name, 1, 1))
                        .toList()));

        assertThat(PyTorchAlone.of(run.checks().stream()))
                .containsExactly(
                        new PyTorchAlone("op/sigmoid-saturated", "float32", "value", "y", Set.of("first", "second")));
        assertThat(EngineTable.of(List.of(run), LocalDate.of(2026, 1, 31)))
                .contains("\n## Where PyTorch stands alone\n")
                .contains("\n| op/sigmoid-saturated | value of y (float32) | first, second |\n");
        assertThat(Dashboard.page(List.of(run)))
                .contains("id=\"alone\"")
                .contains("<td>value of y (float32)</td><td>first, second</td>");
    }

    @Test
    void wherePyTorchStandsAloneNowhereThereIsNoSuchPlace() {
        RunReport run = SampleReports.zeros();

        assertThat(EngineTable.of(List.of(run), LocalDate.of(2026, 1, 31))).doesNotContain("stands alone");
        assertThat(Dashboard.page(List.of(run))).doesNotContain("id=\"alone\"");
    }
}
