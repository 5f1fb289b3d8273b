package org.gradtwin.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.WrongTanh;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.report.Occasion;
import org.gradtwin.report.RunReport;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.WebElement;

/** What one came for stands on the first screen, however it is looked at; screenshots stay in {@code target/dashboard}. */
@Tag("browser")
@EnabledIf(
        value = "org.gradtwin.report.html.DashboardBrowserTest#isThereABrowser",
        disabledReason = "there is no /usr/bin/chromium and /usr/bin/chromedriver")
class FirstScreenTest {
    /** A4 between its margins. What is wider is shrunk by the browser, to half its size at most. */
    private static final int PAPER = 718;

    private static Browser browser;

    @BeforeAll
    static void pages(@TempDir Path folder) throws IOException {
        List<NamedCase> cases = Stream.of("op/tanh-*", "op/sin-*", "op/matmul-*", "op/sum-*")
                .flatMap(glob -> FixtureSet.bundled(glob).select(glob).stream())
                .toList();
        RunReport right = report(cases, new ScalarEngine(), new MatrixEngine());
        RunReport wrong = report(cases, new ScalarEngine(), new WrongTanh());
        DashboardBrowserTest.write("one-op", List.of(wrong));
        DashboardBrowserTest.write(
                "engines",
                List.of(report(
                        cases,
                        new ScalarEngine(),
                        new MatrixEngine(),
                        new WrongTanh(),
                        another("first"),
                        another("second"),
                        another("third"))));
        DashboardBrowserTest.write(
                "trend",
                IntStream.rangeClosed(1, 10)
                        .mapToObj(day -> (day == 6 || day == 10 ? wrong : right)
                                .on(new Occasion(
                                        "2026-01-" + (10 + day) + "T12:00:00Z", 2.5, "c0ffee" + day, null, null)))
                        .toList());
        Files.writeString(
                folder.resolve("stale.json"),
                Files.readString(Path.of("fixtures/notebook/expressions.json"))
                        .replaceFirst("\"y\": 6\\.0", "\"y\": 7.0"));
        DashboardBrowserTest.write(
                "stale", List.of(report(FixtureSet.in(folder).cases(), new ScalarEngine(), new MatrixEngine())));
        browser = new Browser();
    }

    private static Engine another(String name) {
        return new GivenEngine(name, new MatrixEngine()::newGraph);
    }

    private static RunReport report(List<NamedCase> cases, Engine... engines) {
        TorchEngine twin = new TorchEngine();
        List<Engine> all = new ArrayList<>(List.of(engines));
        all.add(twin);
        Verifier verifier = new Verifier(twin, all);
        return RunReport.of(cases.stream().flatMap(verifier::verify).toList(), SampleReports.ENVIRONMENT);
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void onAScreen() {
        browser.media("screen");
        browser.size(1400, 1000);
    }

    private static boolean isSeen(WebElement element) {
        return (Boolean) browser.script(
                "const box = arguments[0].getBoundingClientRect();"
                        + " return box.width > 0 && box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth",
                element);
    }

    /** What of these can be read without scrolling. */
    private static List<String> seen(String selector) {
        return browser.all(selector).stream()
                .filter(FirstScreenTest::isSeen)
                .map(WebElement::getText)
                .toList();
    }

    private static void shoot(String name) {
        browser.screenshot(DashboardBrowserTest.PAGES.resolve(name + ".png"));
    }

    @Test
    void theOpThatIsWrongAndItsEngine() {
        browser.open(DashboardBrowserTest.page("one-op"), "");
        shoot("one-op");
        assertThat(seen("h1")).singleElement().asString().startsWith("✗ fail");
        assertThat(seen(".suspect"))
                .singleElement()
                .asString()
                .isEqualTo("suspect: tanh on wrong-tanh, 13 of its 14 cases fail, nothing else above 0 %");
        assertThat(seen(".culprits li")).hasSize(6).allMatch(line -> line.contains("tanh(x)"));
    }

    @Test
    void thatARecordedNumberIsStale() {
        browser.open(DashboardBrowserTest.page("stale"), "");
        shoot("stale");
        assertThat(seen(".suspect"))
                .containsExactly(
                        "suspect: the recorded numbers of 1 of 10 cases: all engines and the live PyTorch agree,"
                                + " run regenerate");
    }

    @Test
    void sixEnginesAndPyTorchSideBySide() {
        browser.open(DashboardBrowserTest.page("engines"), "#operations");
        shoot("engines");
        assertThat(seen("#operations > .scroll > table > thead th").stream().filter(head -> head.endsWith("float64")))
                .hasSize(7)
                .anyMatch(head -> head.startsWith("wrong-tanh"));
    }

    @Test
    void tenRunsTheOnesThatFailAndWhatChangedLast() {
        browser.open(DashboardBrowserTest.page("trend"), "#trend");
        shoot("trend");
        assertThat(seen("#trend tbody tr"))
                .hasSize(10)
                .filteredOn(row -> row.contains("✗ fail"))
                .extracting(row -> row.substring(0, row.indexOf(' ')))
                .containsExactly("10:", "6:");
        assertThat(seen("#trend li")).contains("op/tanh-matrix changed from agree to disagree");
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-op", "stale", "engines", "trend"})
    void onAPhoneNothingButATableIsScrolledAside(String name) {
        browser.size(390, 844);
        browser.open(DashboardBrowserTest.page(name), "");
        shoot(name + "-phone");
        assertThat(browser.script("return document.documentElement.scrollWidth"))
                .isEqualTo(390L);
        assertThat(seen("h1")).hasSize(1);
        assertThat(browser.all(".suspect")).allMatch(FirstScreenTest::isSeen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"one-op", "engines", "trend"})
    void onPaperNothingIsCutOff(String name) {
        browser.media("print");
        browser.size(PAPER, 1047);
        browser.open(DashboardBrowserTest.page(name), "");
        shoot(name + "-print");
        assertThat(browser.all("nav")).noneMatch(WebElement::isDisplayed);
        assertThat(seen("h1")).hasSize(1);
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                .isLessThan(2L * PAPER);
    }
}
