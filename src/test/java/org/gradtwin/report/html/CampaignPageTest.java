package org.gradtwin.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.fuzz.Gathering.Suspects;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Suspect;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.report.CampaignReport;
import org.gradtwin.report.CampaignReport.Growth;
import org.gradtwin.report.CampaignReport.Moment;
import org.gradtwin.report.CampaignReport.Times;
import org.gradtwin.report.Occasion;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;

class CampaignPageTest {
    private static final String EVIL = "<script>alert(1)</script><img src=x onerror=\"alert(2)\">";

    private static final Map<String, Long> CELLS = Map.of(
            "mul | other a number | 2-d | leaf", 7L,
            "mul | other a tensor | 1-d, the left operand broadcast | computed", 8L,
            "gelu | approximate='tanh' | 1-d, no elements | moved", 8L);

    /** Of four programs from seed 7; the second and the third brought cells. */
    static CampaignReport report(long disagree, String words, String unfinished, double seconds) {
        Suspect suspect = new Suspect(words, "the value is off", List.of("mul"), 8, DType.FLOAT32, disagree);
        Tally tally = new Tally(
                4,
                1234,
                1200,
                disagree,
                0,
                disagree == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(words, new TreeMap<>(Map.of("erf", 3L)))),
                List.of(),
                List.of(),
                disagree == 0 ? new TreeMap<>() : new TreeMap<>(Map.of(9L, words)),
                new TreeMap<>(CELLS));
        Suspects suspects = disagree == 0
                ? new Suspects(List.of(), 0)
                : new Suspects(List.of(new Shown(suspect, words, List.of(words), "fuzz-8", null)), 5);
        return CampaignReport.of(
                List.of(DescribedEngine.of(new ScalarEngine())),
                7,
                tally,
                suspects,
                disagree == 0 ? List.of() : List.of("12 runs: defect: " + words),
                "",
                unfinished,
                SampleReports.ENVIRONMENT,
                new Times(
                        new Occasion("2026-01-31T12:00:00Z", seconds, null, null, null),
                        List.of(new Moment(1, 1), new Moment(2, 3), new Moment(seconds, 4))));
    }

    private static String header(String page) {
        return page.substring(page.indexOf("<header"), page.indexOf("</header>"));
    }

    @Test
    void aPassSaysSoAndWhatWasNeverDrawn() {
        String page = CampaignPage.page(report(0, "", null, 3));
        assertThat(header(page)).contains("✓ pass", "Nothing disagrees in 4 programs, 1,234 checks.", ">scalar<");
        assertThat(page)
                .contains(
                        "3 cells after 4 programs", "<title>Cells covered</title>", "<title>Programs a second</title>")
                .contains("<th scope=\"row\">mul</th><td class=\"\">2</td><td class=\"exact\">2 of 2</td>")
                .contains("<th scope=\"row\">gelu</th><td class=\"\">1</td><td class=\"close\">1 of 2</td>")
                .containsPattern(
                        "<th scope=\"row\">sin</th><td class=\"bad\">0</td><td class=\"none\">–</td>"
                                + "<td class=\"bad\">0 of 4</td><td class=\"bad\">0 of 3</td><td class=\"words\">all of it</td>")
                .contains("approximate=&#x27;none&#x27;")
                .contains("Ops that no program has, as their files say: ", "digamma");
    }

    @Test
    void coverageGrowsWithTheFirstSeedOfEachCell() {
        assertThat(report(0, "", null, 3).growth())
                .containsExactly(new Growth(1, 1), new Growth(2, 3), new Growth(3, 3), new Growth(4, 3));
    }

    @Test
    void aFailNamesItsSuspectsWithTheirPrograms() {
        String page = CampaignPage.page(report(2, "mine", null, 3));
        assertThat(header(page))
                .contains("✗ fail", "2 runs of 4 programs disagree with PyTorch. 1 program ended the process.")
                .contains("mul on mine, the value is off: 2 runs, the first of seed 8", "Known: 12 runs: defect: mine");
        assertThat(page)
                .contains("<article class=\"card\"><h3>✗ mul on mine")
                .contains("fuzz --seed 8 --count 1 --dtype float32")
                .contains("… and 5 runs that none of these explains.", "Seed 9 ended the process: mine.", "erf (3)");
    }

    @Test
    void whatWasInterruptedDoesNotPass() {
        CampaignReport report = report(0, "", "seeds from 11 on were not examined", 3);
        assertThat(report.passes()).isFalse();
        assertThat(header(CampaignPage.page(report)))
                .contains("✗ fail", "Unfinished: seeds from 11 on were not examined. Nothing disagrees");
    }

    @Test
    void onlyTheLastPartTellsOfTime() {
        CampaignReport slow = report(2, "mine", null, 300);
        CampaignReport fast = report(2, "mine", null, 3);
        assertThat(CampaignPage.page(slow)).isNotEqualTo(CampaignPage.page(fast));
        assertThat(CampaignPage.page(slow).split("<section id=\"speed\">")[0])
                .isEqualTo(CampaignPage.page(fast).split("<section id=\"speed\">")[0]);
        assertThat(ReportFiles.json(slow).split("\"times\"")[0])
                .isEqualTo(ReportFiles.json(fast).split("\"times\"")[0])
                .contains("\"cells\" : 3");
    }

    @Test
    void textIsEscapedNoScriptRunsAndEveryLinkArrives() {
        String page = CampaignPage.page(report(2, EVIL, EVIL, 3));
        assertThat(page)
                .doesNotContain("<script", "<img")
                .contains("&lt;script&gt;alert(1)", "default-src &#x27;none&#x27;;");
        Set<String> ids = new HashSet<>();
        Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(page);
        while (id.find()) {
            assertThat(ids.add(id.group(1))).as(id.group(1)).isTrue();
        }
        Matcher link = Pattern.compile("href=\"#([^\"]*)\"").matcher(page);
        int links = 0;
        for (; link.find(); links++) {
            assertThat(ids).contains(link.group(1));
        }
        assertThat(links).isEqualTo(5);
    }
}
