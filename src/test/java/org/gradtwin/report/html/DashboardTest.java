package org.gradtwin.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DashboardTest {
    private static RunReport passing;
    private static RunReport failing;
    private static RunReport trained;

    @TempDir
    private Path folder;

    @BeforeAll
    static void run() {
        passing = SampleReports.passing();
        failing = SampleReports.failing();
        trained = SampleReports.trained(true);
    }

    private static String header(String page) {
        return page.substring(page.indexOf("<header"), page.indexOf("</header>"));
    }

    /** What the page holds packed, as JSON or HTML, in its order. */
    private static List<String> packed(String page) {
        List<String> packed = new ArrayList<>();
        Matcher place = Pattern.compile("(?:id=\"data-\\w+\">|data-packed=\")(H4s[^<\"]*)")
                .matcher(page);
        while (place.find()) {
            try (InputStream in = new GZIPInputStream(
                    new ByteArrayInputStream(Base64.getDecoder().decode(place.group(1))))) {
                packed.add(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return packed;
    }

    /** The page as it is with all its boxes opened. */
    private static String opened(String page) {
        return page
                + packed(page).stream().filter(text -> !text.startsWith("{")).collect(Collectors.joining());
    }

    /** The columns of the checks, or of the cases. */
    private static JsonNode data(String page, String column) {
        return packed(page).stream()
                .filter(text -> text.startsWith("{\"" + column + "\""))
                .map(JsonMapper.shared()::readTree)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void sameReportSameBytesAlsoWhenReadBack() throws IOException {
        for (RunReport report : List.of(passing, failing, trained)) {
            Dashboard.write(folder, report);
            String page = Files.readString(folder.resolve("index.html"));
            RunReport again = ReportFiles.read(folder.resolve("report.json"));
            assertThat(Dashboard.page(List.of(again)).equals(page)).isTrue();
            assertThat(ReportFiles.json(again)).isEqualTo(Files.readString(folder.resolve("report.json")));
        }
    }

    @Test
    void aReportWithoutTheNewerKeysGivesAPage() throws IOException {
        JsonMapper json = JsonMapper.shared();
        ObjectNode old = (ObjectNode) json.readTree(ReportFiles.json(passing));
        old.remove(List.of("failures", "cases", "training", "occasion", "stale", "suspects"));
        Path file = folder.resolve("report.json");
        Files.writeString(file, old.toString());
        RunReport report = ReportFiles.read(file);
        assertThat(report.cases()).isEmpty();
        assertThat(header(Dashboard.page(List.of(report)))).contains("✓ pass");
    }

    @Test
    void aPassingRunSaysSoAndCountsEveryCheck() {
        String page = Dashboard.page(List.of(passing));
        assertThat(header(page))
                .contains("✓ pass")
                .contains("Nothing disagrees in "
                        + Phrases.count(passing.checks().size(), "check") + " of " + Phrases.count(14, "case"));
        JsonNode columns = data(page, "caseName");
        for (JsonNode column : columns) {
            assertThat(column.get("at").size()).isEqualTo(passing.checks().size());
        }
        int agree = 0;
        int position = 0;
        JsonNode verdicts = columns.get("verdict").get("values");
        for (JsonNode at : columns.get("verdict").get("at")) {
            String verdict = verdicts.get(at.asInt()).asString();
            agree += verdict.equals("agree") ? 1 : 0;
            assertThat(verdict).isEqualTo(passing.checks().get(position++).verdict());
        }
        assertThat(agree).isEqualTo(passing.summary().agree()).isPositive();
    }

    /** Sine is wrong in the value, exp in the gradient. */
    @Test
    void aWrongNumberBearsASignAndHowFarItIsOff() {
        String page = opened(Dashboard.page(List.of(failing)));
        assertThat(page)
                .containsPattern("<strong class=\"wrong\">✗ <span class=\"number differs\">[^✗]*<small>off by \\d");
        assertThat(opened(Dashboard.page(List.of(passing)))).doesNotContain("class=\"wrong\"");
    }

    @Test
    void enginesStandSideBySideAndCellsLeadToTheirChecks() {
        String page = Dashboard.page(List.of(failing));
        assertThat(page)
                .contains("Share of the compared checks that pass")
                .containsPattern("<td><a href=\"#ops/elementwise\">✗ \\d+(\\.\\d)? %: [\\d,]+ of [\\d,]+</a></td>")
                .containsPattern("<td><a href=\"#ops/\\w+\">100 %: (\\d+) of \\1</a></td>")
                .contains("<details id=\"ops/elementwise\" open>")
                .contains("<td class=\"bad\"><a href=\"#?dtype=float64&amp;engine=scalar&amp;op=sin\">✗ ");
        assertThat(Dashboard.page(List.of(passing))).containsPattern("<details id=\"ops/\\w+\"><summary>");
    }

    @Test
    void termsAreExplainedWhereTheyStandAndOnceInPrint() {
        String page = Dashboard.page(List.of(passing));
        Matcher link = Pattern.compile("<a class=\"term\" href=\"#([^\"]+)\" title=\"([^\"]+)\">")
                .matcher(page);
        int links = 0;
        for (; link.find(); links++) {
            assertThat(page)
                    .containsPattern(
                            "<div id=\"" + link.group(1) + "\"><dt>[^<]+</dt><dd>" + Pattern.quote(link.group(2)));
        }
        assertThat(links).isEqualTo(8);
    }

    @Test
    void theNotebooksFiguresAreThereWithoutAnyFailure() {
        assertThat(opened(Dashboard.page(List.of(passing))))
                .contains("id=\"case/notebook/gradient-check\"")
                .contains("targets, one-hot")
                .contains("error of the gradient of y")
                .contains("class=\"gt-graph\"")
                .contains("0x1.");
    }

    @Test
    void threeFaultsAreNamedAtTheTopWithTheFirstNodeThatIsOff() {
        assertThat(failing.summary().disagree()).isPositive();
        String header = header(Dashboard.page(List.of(failing)));
        assertThat(header).contains("✗ fail").contains("Where to look");
        assertThat(header)
                .containsPattern("op/sin[^<]*</a>[^/]*</span><strong>first off: value of [a-z]+ = [^<]*sin\\(")
                .containsPattern("op/exp[^<]*</a>[^/]*</span><strong>first off: gradient of ")
                .containsPattern(
                        "op/relu[^<]*</a>[^/]*</span><strong>first off: gradient of [^<]*, passed back by \\w+ = relu\\(");
        assertThat(header.substring(header.indexOf("<ol"), header.indexOf("</ol>")))
                .doesNotContain("op/cos");
    }

    @Test
    void everyFailureHasACardWithTheMessageOfTheTerminal() {
        String page = Dashboard.page(List.of(failing));
        assertThat(failing.failures())
                .hasSize((int) failing.checks().stream().filter(Row::failsGate).count());
        failing.failures()
                .forEach(failure -> assertThat(failure.check().failsGate()).isTrue());
        assertThat(page.split("<article class=\"card\"", -1))
                .hasSize(failing.failures().size() + 1);
        assertThat(page)
                .contains("there is no gradient, expected one of shape")
                .contains("-jar target/gradtwin.jar verify --case op/sin")
                .containsPattern(
                        "✗ first off</text>\\s*<path[^>]*></path>\\s*<text[^>]*>✗ (value|grad)\\[\\d*\\]</text>\\s*<path[^>]*></path>\\s*<text[^>]*>✗ recorded -?\\d[^<]*</text>\\s*<path[^>]*></path>\\s*<text[^>]*>✗ scalar ")
                .containsPattern("<td class=\"bad\"><a [^>]+>✗ missing</a></td>");
    }

    @Test
    void textOfFixturesIsEscapedEverywhere() {
        String evil = "<script>alert(1)</script><img src=x onerror=\"alert(2)\">";
        String page = opened(Dashboard.page(List.of(SampleReports.named(evil), SampleReports.named(evil))));
        assertThat(page).doesNotContain("<script>alert").doesNotContain("<img").contains("&lt;script&gt;alert(1)");
        assertThat(page.split("<script", -1)).hasSize(4);
        assertThat(data(page, "name").get("name").get("values").get(0).asString())
                .isEqualTo(evil);
    }

    @Test
    void aStoredDrawingThatHoldsMoreThanADrawingIsLeftOutAndTold() {
        String page = opened(
                Dashboard.page(
                        List.of(
                                SampleReports.drawn(
                                        "op/evil",
                                        "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"x\" onerror=\"alert(1)\"/></svg><script>alert(2)</script>"))));
        assertThat(page)
                .doesNotContain("onerror=\"alert")
                .doesNotContain("<script>alert")
                .contains("A drawing: it could not be drawn: ", "an attribute that no drawing here has");
    }

    @Test
    void onlyThePagesOwnScriptIsAllowed() throws Exception {
        String page = Dashboard.page(List.of(passing));
        Matcher script =
                Pattern.compile("<script>(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(script.find()).isTrue();
        byte[] hash =
                MessageDigest.getInstance("SHA-256").digest(script.group(1).getBytes(StandardCharsets.UTF_8));
        assertThat(script.find()).isFalse();
        assertThat(page)
                .contains("script-src &#x27;sha256-" + Base64.getEncoder().encodeToString(hash) + "&#x27;;");
    }

    @Test
    void aPartThatFailsCostsOnlyItself() {
        RunReport broken = SampleReports.named("op/x");
        CaseDetail given = broken.cases().get(0);
        CaseDetail unknown = new CaseDetail(
                given.name(),
                given.comment(),
                given.flags(),
                given.program(),
                given.ops(),
                given.inputs(),
                List.of(new CaseDetail.Sheet(
                        "float17",
                        "grad",
                        "x",
                        List.of("recorded"),
                        List.of(new CaseDetail.Element(new int[0], new Double[] {1.0})))),
                given.figures(),
                given.note());
        String page = Dashboard.page(List.of(new RunReport(
                broken.format(),
                broken.summary(),
                broken.environment(),
                null,
                broken.suspects(),
                broken.stale(),
                broken.failures(),
                List.of(unknown),
                broken.training(),
                broken.checks())));
        assertThat(page)
                .containsPattern(
                        "<section id=\"cases\"><h2>Cases in full</h2><p>This part could not be made: [^<]*float17")
                .contains("id=\"all-cases\"", "id=\"training\"");
        assertThat(data(page, "name").get("name").get("at").size()).isEqualTo(1);
    }

    @Test
    void aCaseWhoseGradientsAreAllTrueZerosIsTold() {
        assertThat(opened(Dashboard.page(List.of(SampleReports.zeros()))))
                .contains(
                        "<strong>The gradients of all inputs are exact zeros: an engine that passes nothing but zeros back");
        assertThat(opened(Dashboard.page(List.of(failing)))).doesNotContain("gradients of all inputs are exact zeros");
    }

    @Test
    void idsAreUniqueAndEveryLinkInThePageArrives() {
        for (RunReport report : List.of(passing, failing, trained, SampleReports.named("a b/c<d"))) {
            String page = opened(Dashboard.page(List.of(report)));
            Set<String> ids = new HashSet<>();
            Matcher id = Pattern.compile(" id=\"([^\"]*)\"").matcher(page);
            while (id.find()) {
                assertThat(ids.add(id.group(1)))
                        .as("id %s is unique", id.group(1))
                        .isTrue();
            }
            Matcher link = Pattern.compile("href=\"#([^\"]*)\"").matcher(page);
            int links = 0;
            while (link.find()) {
                String target = URLDecoder.decode(link.group(1), StandardCharsets.UTF_8)
                        .replace("&", "&amp;")
                        .replace("<", "&lt;");
                assertThat(target.matches("(check/|\\?).*") || ids.contains(target))
                        .as("link to %s", target)
                        .isTrue();
                links++;
            }
            assertThat(links).isGreaterThan(9);
        }
    }

    @Test
    void trainingsAreDrawnIfThereAreAny() {
        assertThat(Dashboard.page(List.of(passing))).doesNotContain("id=\"training\"");
        String page = opened(Dashboard.page(List.of(trained)));
        assertThat(header(page)).contains("✓ pass");
        assertThat(page)
                .contains("Training twins", "The weights, batches and optimizers of 3 trainings")
                .contains("Rounding allows one to follow 948 of 948 steps.")
                .contains("<details open id=\"case/training/digits-classifier\">")
                .contains("<details id=\"case/training/adam-step\">")
                .contains("<title>Loss: training/digits-classifier, float32</title>")
                .contains("<title>Drift: training/digits-classifier, float64</title>")
                .containsPattern("at most [0-9.]+ % of what is allowed, \\w+ in step \\d+")
                .contains("✓ agrees in 21 checks")
                .contains("skipped: through DJL only SGD is PyTorch&#x27;s own");
        assertThat(page.split("class=\"gt-plot\"", -1)).hasSize(3 * 2 * 2 + 1);
    }

    @Test
    void aTrainingThatCannotBeRepeatedIsAtTheTopWithOneCardATypeAndItsStep() {
        RunReport report = SampleReports.trained(false);
        String page = Dashboard.page(List.of(report));
        assertThat(header(page))
                .contains(
                        "✗ fail",
                        report.summary().disagree() + " checks disagree",
                        "; 1 training does not follow PyTorch&#x27;s.")
                .containsPattern(
                        "training/sgd-constant</a><span> on scalar, "
                                + report.summary().disagree()
                                + " checks\\. </span><strong>first off: \\w+\\[[0-9, ]+\\] after step 1, \\d+ times what is allowed<");
        assertThat(page.split("<article class=\"card\"", -1)).hasSize(1 + 2);
        assertThat(page)
                .contains("✗ training/sgd-constant: scalar leaves the recorded PyTorch in step 1 of 12 (float32)")
                .contains("<details open id=\"case/training/sgd-constant\">")
                .contains("✗ training/sgd-constant</h3>");
        assertThat(MarkdownSummary.of(List.of(report))).contains("; 1 training does not follow PyTorch's.");
    }

    @Test
    void aThinnedCurveKeepsItsPeaks() {
        double[] values = new double[5000];
        values[1234] = 7;
        values[1235] = -3;
        values[4999] = Double.NaN;
        Thinned envelope = Thinned.envelope(values);
        assertThat(envelope.x()).hasSizeBetween(300, 600).isSorted();
        assertThat(envelope.y()).contains(7, -3, Double.NaN);
        assertThat(Thinned.peaks(values).x()).hasSize(100).contains(1235);
        assertThat(Thinned.peaks(values).y()).contains(7).doesNotContain(-3);
        assertThat(Thinned.envelope(new double[] {3, 1, 2}).y()).containsExactly(3, 1, 2);
    }

    @Test
    void theTrendSaysWhatAppearedVanishedAndChanged() {
        RunReport before = SampleReports.large(60);
        RunReport after = SampleReports.named("op/case-1");
        assertThat(Trends.changes(before, after))
                .containsExactly(
                        "op/case-1 changed from agree to disagree",
                        "op/case-0 vanished, was disagree",
                        "op/case-2 vanished, was agree");
        assertThat(Trends.changes(after, before)).contains("op/case-2 appeared: agree");
        assertThat(Dashboard.page(List.of(before, after))).contains("Trend over 2 runs", "op/case-2 vanished");
    }

    @Test
    void aPageOfTwoThousandChecksIsUnderFiveMegabytesAndOneOfNoRunsIsRefused() {
        assertThat(Dashboard.page(List.of(SampleReports.large(2000))).getBytes(StandardCharsets.UTF_8).length)
                .isLessThan(5_000_000);
        assertThat(Dashboard.page(List.of(passing)).getBytes(StandardCharsets.UTF_8).length)
                .isLessThan(5_000_000);
        assertThatThrownBy(() -> Dashboard.page(List.of())).hasMessageContaining("0 runs");
    }
}
