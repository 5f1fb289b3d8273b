package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.report.CaseDetail.Figure;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.report.html.SampleReports;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever fails, a run ends with its report: every case of the corpus, wrong in three ways. */
class EveryFailureTest {
    /** As many cases in full as a report has at most. */
    private static final int BATCH = 24;

    private static final double[] ODD = {
        Double.NaN, Double.MAX_VALUE, Double.NEGATIVE_INFINITY, -Double.MAX_VALUE, Double.POSITIVE_INFINITY, 0
    };

    /** What an engine that is wrong gives for a recorded number. */
    @FunctionalInterface
    private interface Fault {
        Optional<Tensor> of(Quantity quantity, Tensor right);
    }

    private static final Map<String, Fault> ENGINES = Map.of(
            "scalar", (quantity, right) -> Optional.of(mapped(right, (x, i) -> 2 * x + 1)),
            "matrix", (quantity, right) -> Optional.of(mapped(right, (x, i) -> ODD[i % ODD.length])),
            "pytorch",
                    (quantity, right) -> quantity.kind() == Quantity.Kind.GRAD
                            ? Optional.empty()
                            : Optional.of(Tensor.full(right.dtype(), right.shape(), 1e30)));

    @FunctionalInterface
    private interface Element {
        double of(double x, int i);
    }

    private static Tensor mapped(Tensor tensor, Element element) {
        return Tensor.of(
                tensor.dtype(),
                tensor.shape(),
                IntStream.range(0, tensor.size())
                        .mapToDouble(i -> element.of(tensor.get(i), i))
                        .toArray());
    }

    /** A trial in which every quantity is off. */
    private static Trial wrong(NamedCase named, DType dtype, String engine, Optional<Quantity> firstOff) {
        List<Check> checks = new ArrayList<>();
        named.given().expected(dtype).forEach((quantity, recorded) -> {
            Tolerance tolerance = named.given().tolerances(dtype).getOrDefault(quantity, new Tolerance(0, 0, "exact"));
            Optional<Tensor> actual = recorded.filter(tensor -> tensor.dtype().isFloating())
                    .map(tensor -> ENGINES.get(engine).of(quantity, tensor))
                    .orElse(recorded);
            checks.add(new Check(
                    named.name(),
                    engine,
                    Against.EXPECT,
                    dtype,
                    quantity,
                    recorded,
                    actual,
                    Comparison.of(actual, recorded, tolerance),
                    tolerance,
                    Verdict.DISAGREE,
                    null));
        });
        Optional<Quantity> first = firstOff.or(() -> checks.stream()
                .map(Check::quantity)
                .filter(quantity -> quantity.kind() == Quantity.Kind.VALUE)
                .findFirst());
        return new Trial(named, dtype, engine, checks, first);
    }

    private static RunReport report(List<NamedCase> cases) {
        return RunReport.of(
                cases.stream()
                        .flatMap(named -> ENGINES.keySet().stream()
                                .sorted()
                                .map(engine -> wrong(
                                        named, named.given().dtypes().iterator().next(), engine, Optional.empty())))
                        .toList(),
                SampleReports.ENVIRONMENT);
    }

    private static NamedCase one(String name) {
        return FixtureSet.bundled(name).select(name).get(0);
    }

    @Test
    @Tag("campaign")
    void everyCaseCanFailOnEveryEngineAndHasAReport() {
        List<NamedCase> all = FixtureSet.bundled().cases().stream()
                .filter(named -> named.given().refusal().isEmpty())
                .toList();
        List<RunReport> reports = IntStream.range(0, (all.size() + BATCH - 1) / BATCH)
                .parallel()
                .mapToObj(i -> report(all.subList(i * BATCH, Math.min(all.size(), (i + 1) * BATCH))))
                .toList();
        List<Figure> figures = reports.stream()
                .flatMap(report -> report.cases().stream())
                .flatMap(given -> given.figures().stream())
                .toList();
        assertThat(reports.stream().mapToInt(report -> report.cases().size()).sum())
                .isEqualTo(all.size());
        assertThat(figures.stream().map(Figure::caption).filter(caption -> caption.contains("could not be")))
                .isEmpty();
        assertThat(figures).hasSizeGreaterThan(2 * all.size());
        // The pages are much alike: those of the first and the last cases stand for all.
        for (RunReport report : List.of(reports.get(0), reports.get(reports.size() - 1))) {
            assertThat(Dashboard.page(List.of(report))).doesNotContain("could not be");
        }
    }

    @Test
    void aStatementOfAThousandOpsIsDrawnAsOneBox() {
        CaseDetail given =
                report(List.of(one("composition/chain-nested"))).cases().get(0);
        assertThat(given.figures().get(0).caption())
                .containsPattern("a box a statement: with every op it would have \\d{4}");
        assertThat(given.figures()).allMatch(figure -> figure.svg().contains("</svg>"));
    }

    @Test
    void aDrawingThatFailsCostsNothingElseAndIsTold() {
        RunReport report = RunReport.of(
                List.of(wrong(one("op/tanh*"), DType.FLOAT64, "scalar", Optional.of(Quantity.value("nowhere")))),
                SampleReports.ENVIRONMENT);
        assertThat(report.cases().get(0).figures().get(0))
                .satisfies(figure -> assertThat(figure.svg()).isEmpty())
                .satisfies(figure ->
                        assertThat(figure.caption()).contains("could not be shown", "no value 'v:nowhere' is drawn"));
        assertThat(report.cases().get(0).sheets()).isNotEmpty();
        assertThat(report.failures()).isNotEmpty();
        assertThat(Dashboard.page(List.of(report))).contains("no value &#x27;v:nowhere&#x27; is drawn");
    }

    @Test
    void everyFailingCaseHasAMessageBeforeAnyHasMany() {
        List<NamedCase> cases = FixtureSet.bundled().select("op/*").stream()
                .filter(named -> named.given().refusal().isEmpty())
                .limit(60)
                .toList();
        RunReport report = report(cases);
        long failing = report.checks().stream().filter(RunReport.Row::failsGate).count();
        assertThat(failing).isGreaterThan(200);
        assertThat(report.failures())
                .hasSize(200)
                .extracting(failure -> report.checks().indexOf(failure.check()))
                .isSorted();
        assertThat(report.failures().stream()
                        .map(failure -> failure.check().caseName())
                        .distinct())
                .hasSize(cases.size());
        String page = Dashboard.page(List.of(report));
        assertThat(page)
                .contains(String.format("%,d checks fail; the messages of 200 are kept", failing))
                .contains("… and 174 more: 60 cases fail");
        assertThat(Arrays.stream(page.split("\n")).anyMatch(line -> line.contains("inf ulp")))
                .isFalse();
    }
}
