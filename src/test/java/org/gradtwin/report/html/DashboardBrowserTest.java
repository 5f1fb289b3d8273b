package org.gradtwin.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page in a browser; screenshots stay in {@code target/dashboard}. */
@Tag("browser")
@EnabledIf(
        value = "isThereABrowser",
        disabledReason =
                "there is no /usr/bin/chromium and /usr/bin/chromedriver: apt-get install chromium chromium-driver")
class DashboardBrowserTest {
    static final Path PAGES = Path.of("target/dashboard");
    private static Browser browser;
    private static final String EVIL =
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"x\" onerror=\"window.hit = 1\"/></svg>"
                    + "<img src=x onerror='window.hit = 2'><script>window.hit = 3</script>";

    private static RunReport failing;
    private static RunReport trained;

    static boolean isThereABrowser() {
        return Files.isExecutable(Browser.CHROMIUM) && Files.isExecutable(Browser.DRIVER);
    }

    @BeforeAll
    static void pages() {
        failing = SampleReports.failing();
        write("passing", SampleReports.passing());
        write("failing", failing);
        write("training-failing", SampleReports.trained(false));
        write("large", SampleReports.large(10_000));
        trained = SampleReports.trained(true);
        write("training", trained);
        write("drawn", SampleReports.drawn("op/evil", EVIL));
        ReportFiles.write(page("campaign"), CampaignPage.page(CampaignPageTest.report(2, "an-engine", null, 9)));
        write("script", SampleReports.named("<script>window.hit = 1</script><img src=x onerror='window.hit = 2'>"));
        browser = new Browser();
    }

    private static void write(String name, RunReport report) {
        write(name, List.of(report));
    }

    static void write(String name, List<RunReport> runs) {
        ReportFiles.write(page(name), Dashboard.page(runs));
    }

    static Path page(String name) {
        return PAGES.resolve(name + ".html").toAbsolutePath();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void nothingIsLoadedAndNothingIsComplainedAbout() {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).isEmpty();
        assertThat(browser.script("return performance.getEntriesByType('resource').length"))
                .isEqualTo(0L);
    }

    private static List<String> column(int i) {
        browser.settle();
        return browser.texts("#checks tbody tr > :nth-child(" + i + ")").stream()
                .map(cell -> cell.lines().findFirst().orElse(""))
                .toList();
    }

    private static void choose(String id, String value) {
        browser.script(
                "const field = document.getElementById(arguments[0]); field.value = arguments[1];"
                        + " field.dispatchEvent(new Event('input', {bubbles: true}))",
                id,
                value);
        browser.settle();
    }

    @ParameterizedTest
    @ValueSource(strings = {"passing", "failing", "training-failing", "script", "campaign"})
    void isWithoutBarriersInLightAndDark(String name) {
        for (String scheme : List.of("light", "dark")) {
            browser.theme(scheme);
            browser.open(page(name), "");
            assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo(scheme.equals("dark") ? "rgb(23, 24, 28)" : "rgb(255, 255, 255)");
            browser.screenshot(PAGES.resolve(name + "-" + scheme + ".png"));
            assertThat(browser.complaints()).isEmpty();
            // The other theme has other colours, and nothing else.
            assertThat(scheme.equals("dark") ? browser.faintColours() : browser.barriers())
                    .as("%s in %s", name, scheme)
                    .isEmpty();
        }
        browser.theme("light");
    }

    @Test
    void threeFaultsAreNamedWithoutScrolling() {
        browser.open(page("failing"), "");
        List<String> shown = browser.all(".culprits li").stream()
                .filter(line -> (Boolean)
                        browser.script("return arguments[0].getBoundingClientRect().bottom <= innerHeight", line))
                .map(line -> line.getText())
                .toList();
        assertThat(shown)
                .anyMatch(line -> line.matches("op/sin.*first off: value of \\w+ = .*sin\\(.*"))
                .anyMatch(line -> line.matches("op/exp.*first off: gradient of .*"))
                .anyMatch(line -> line.matches("op/relu.*first off: gradient of .*"));
        assertThat(browser.text("h1")).contains("✗ fail", "disagree");
    }

    @Test
    void aTrainingThatFailsIsNamedWithoutScrollingAndItsCurvesAreThere() {
        browser.open(page("training-failing"), "");
        assertThat(
                        (Boolean)
                                browser.script(
                                        "return document.querySelector('.culprits li').getBoundingClientRect().bottom"
                                                + " <= innerHeight && document.querySelector('.card').getBoundingClientRect().top <= innerHeight"))
                .isTrue();
        assertThat(browser.text(".culprits li"))
                .matches(
                        "training/sgd-constant on scalar, \\d+ checks. first off: .* after step 1, .* times what is allowed");
        browser.click(".card a");
        assertThat(browser.all("[id='case/training/sgd-constant'] svg"))
                .hasSize(4)
                .allMatch(svg -> svg.isDisplayed());
        browser.screenshot(PAGES.resolve("training-failing-curves.png"));
        browser.open(page("training"), "#training");
        browser.screenshot(PAGES.resolve("training-curves.png"));
    }

    @Test
    void textOfAFixtureIsNotRun() {
        browser.open(page("script"), "");
        assertThat(browser.script("return window.hit === undefined")).isEqualTo(true);
        assertThat(column(1).get(0)).startsWith("<script>");
    }

    @Test
    void aDrawingOfAForeignReportIsNotRun() {
        browser.open(page("drawn"), "#case/op/evil");
        browser.settle();
        assertThat(browser.script("return window.hit === undefined")).isEqualTo(true);
        assertThat(browser.text("[id='case/op/evil']")).contains("it could not be drawn");
    }

    @Test
    void noOtherScriptThanThePagesOwnRuns() {
        browser.open(page("passing"), "");
        browser.script("const made = document.createElement('div'); made.setAttribute('onclick', 'window.hit = 1');"
                + " document.body.append(made); made.click()");
        assertThat(browser.script("return window.hit === undefined")).isEqualTo(true);
        assertThat(browser.complaints()).anyMatch(line -> line.contains("Content Security Policy"));
    }

    @Test
    void filtersByVerdictAndSearchesAndKeepsTheStateInTheUrl() {
        browser.open(page("failing"), "");
        choose("f-verdict", "disagree");
        long disagree = failing.summary().disagree();
        assertThat(browser.text("#shown")).contains(" " + disagree + " found");
        choose("f-q", "op/sin");
        List<String> cases = column(1);
        assertThat(cases).isNotEmpty().allMatch(name -> name.startsWith("op/sin"));
        assertThat(browser.url()).contains("verdict=disagree").contains("q=op%2Fsin");

        String fragment = browser.url().substring(browser.url().indexOf('#'));
        browser.open(page("failing"), fragment);
        assertThat(column(1)).isEqualTo(cases);
        assertThat(browser.script("return document.getElementById('f-verdict').value"))
                .isEqualTo("disagree");
    }

    @ParameterizedTest
    @ValueSource(strings = {"engine", "dtype", "flag", "op", "against"})
    void everyFilterNarrowsTheList(String key) {
        browser.open(page("large"), "");
        String value = String.valueOf(
                browser.script("return document.getElementById('f-' + arguments[0]).options[1].value", key));
        choose("f-" + key, value);
        String status = browser.text("#shown");
        assertThat(status).matches("100 shown of [1-9]\\d{3} found, 10000 in all");
        browser.click("#filter button[type=reset]");
        assertThat(browser.text("#shown")).matches("100 shown of 10000 found, 10000 in all");
    }

    @Test
    void sortsUpAndDownAndSaysSo() {
        browser.open(page("large"), "");
        browser.click("#checks button[data-sort=ulp]");
        assertThat(column(7)).containsOnly("0");
        browser.click("#checks button[data-sort=ulp]");
        assertThat(column(7)).containsOnly("12");
        assertThat(browser.attribute("#checks th:nth-child(7)", "aria-sort")).isEqualTo("descending");
        assertThat(browser.url()).endsWith("sort=-ulp");
    }

    @Test
    void aLinkToACheckShowsIt() {
        Row check = failing.failures().get(0).check();
        String id = Anchor.ofCheck(check);
        browser.open(page("failing"), Anchor.link(id));
        assertThat(browser.attribute("#checks tr.chosen", "id")).isEqualTo(id);
        assertThat((Boolean) browser.script("const box = document.querySelector('tr.chosen').getBoundingClientRect();"
                        + " return box.top >= 0 && box.bottom <= innerHeight"))
                .isTrue();
    }

    private static void isChosen(String id, String fragment) {
        browser.settle();
        assertThat(browser.attribute("#checks tr.chosen", "id")).isEqualTo(id);
        assertThat(browser.url()).endsWith(fragment);
        assertThat((Boolean) browser.script("const box = document.querySelector('tr.chosen').getBoundingClientRect();"
                        + " return box.top >= 0 && box.bottom <= innerHeight"))
                .isTrue();
    }

    @Test
    void aLinkToACheckKeepsRowAddressAndFilterBeyondTheFirstPage() {
        browser.open(page("large"), "");
        choose("f-engine", "matrix");
        browser.click("#checks button[data-sort=headroom]");
        browser.click("#more");
        browser.click("#checks tbody tr:nth-child(150) a");
        String id = browser.attribute("#checks tbody tr:nth-child(150)", "id");
        String fragment = browser.url().substring(browser.url().indexOf('#'));
        assertThat(fragment).startsWith(Anchor.link(id)).contains("engine=matrix", "sort=headroom");
        isChosen(id, fragment);

        browser.open(page("large"), fragment);
        isChosen(id, fragment);
        assertThat(column(2)).containsOnly("matrix");
        assertThat(browser.script("return document.getElementById('f-engine').value"))
                .isEqualTo("matrix");

        choose("f-dtype", "float32");
        choose("f-dtype", "");
        assertThat(browser.url()).endsWith(fragment);
        browser.script("document.querySelector('#filter button[type=reset]').click()");
        browser.settle();
        assertThat(browser.url()).endsWith("#list");
    }

    @Test
    void aLinkWithoutAFilterShowsTheCaseAndStays() {
        Row check = SampleReports.large(10_000).checks().get(7777);
        String fragment = Anchor.link(Anchor.ofCheck(check));
        browser.open(page("large"), fragment);
        isChosen(Anchor.ofCheck(check), fragment);
        assertThat(column(1)).containsOnly(check.caseName());
        // A filter that leaves the check out gives way to it.
        browser.open(page("large"), fragment + "?engine=" + (check.engine().equals("matrix") ? "scalar" : "matrix"));
        isChosen(Anchor.ofCheck(check), "engine=" + (check.engine().equals("matrix") ? "scalar" : "matrix"));
    }

    @Test
    void aLinkToACheckOfATrainingShowsIt() {
        for (int i : new int[] {0, trained.checks().size() / 2, trained.checks().size() - 1}) {
            String id = Anchor.ofCheck(trained.checks().get(i));
            browser.open(page("training"), Anchor.link(id));
            isChosen(id, Anchor.link(id));
        }
    }

    @Test
    void tenThousandChecksOpenAndFilterInASecond() {
        double open = Double.POSITIVE_INFINITY;
        double filter = Double.POSITIVE_INFINITY;
        // The best of three: the machine may be busy with something else.
        for (int i = 0; i < 3; i++) {
            browser.open(page("large"), "");
            browser.settle(); // The load event has ended only then.
            open = Math.min(open, number("return performance.getEntriesByType('navigation')[0].loadEventEnd"));
            filter = Math.min(
                    filter,
                    number("const start = performance.now(); const field = document.getElementById('f-q');"
                            + " field.value = 'case-49 x1'; field.dispatchEvent(new Event('input', {bubbles: true}));"
                            + " document.body.getBoundingClientRect(); return performance.now() - start"));
        }
        assertThat(browser.text("#shown")).doesNotContain("10000 found");
        System.out.printf("10,000 checks: open in %.0f ms, filter in %.0f ms%n", open, filter);
        assertThat(open).isPositive().isLessThan(1000);
        assertThat(filter).isPositive().isLessThan(1000);
    }

    private static double number(String script) {
        return ((Number) browser.script(script)).doubleValue();
    }
}
