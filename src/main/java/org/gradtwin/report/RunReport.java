package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.tensor.Shape;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.FailureMessage;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Suspects;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.Trial;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@code verify}: {@code report.json}, format {@code gradtwin-report-1}.
 *
 * @param format always {@link #FORMAT}
 * @param summary the counts
 * @param environment what it ran on
 * @param checks every check, in the order of the cases
 * @param duration how long the run took, in seconds; null if nobody measured it
 * @param suspects what explains best why cases fail, engine by engine
 * @param stale entries of the known failures of which nothing fails any more, in words; they fail the gate
 * @param failures checks that fail the gate, in words, in the order of the checks; of very many some of each case
 * @param cases the cases, in the order of the checks
 * @param training losses of trainings that engines repeated; empty if there were none
 */
public record RunReport(
        String format,
        Summary summary,
        Environment environment,
        List<Row> checks,
        @Nullable Double duration,
        List<Suspect> suspects,
        List<String> stale,
        List<Failure> failures,
        List<CaseDetail> cases,
        List<TrainingCurve> training) {
    /** The format that this version writes. */
    public static final String FORMAT = "gradtwin-report-1";

    /** The keys that came later are optional: where one is absent there is nothing. */
    @SuppressWarnings("ConstantValue")
    public RunReport {
        suspects = suspects == null ? List.of() : List.copyOf(suspects);
        stale = stale == null ? List.of() : List.copyOf(stale);
        failures = failures == null ? List.of() : List.copyOf(failures);
        cases = cases == null ? List.of() : List.copyOf(cases);
        training = training == null ? List.of() : List.copyOf(training);
    }

    /**
     * The counts; {@code agree + disagree + skipped + vacuous + dull + drift + convention + known = checks}.
     *
     * @param cases number of cases
     * @param checks number of checks
     * @param agree checks within tolerance
     * @param disagree checks outside it
     * @param skipped checks that were not made, each with a reason
     * @param vacuous checks that an all-zero answer would pass
     * @param drift checks in which the live PyTorch differs from the recorded one, as the fixture says it does
     * @param unexplained how many of the vacuous and dull ones nobody wrote a reason for: they fail the gate
     * @param zero checks whose reference is exactly 0 everywhere, which an engine without gradients passes too
     * @param dull checks that an error of one percent would pass, and zeros would not
     * @param convention checks that differ at kinks alone, by an answer that careful engines give there
     * @param known checks that fail as they are known to
     * @param medianSharpness by type, over the checks against recorded numbers
     * @param worst the agreeing check that came closest to its tolerance, null if none was off at all
     */
    public record Summary(
            int cases,
            int checks,
            int agree,
            int disagree,
            int skipped,
            int vacuous,
            int drift,
            int unexplained,
            int zero,
            int dull,
            int convention,
            int known,
            Map<String, Double> medianSharpness,
            @Nullable Worst worst) {
        /** Checks in which something was compared. */
        public int compared() {
            return checks - skipped;
        }

        /** The counts in one line. */
        public String inWords() {
            return String.format(
                    Locale.ROOT,
                    "%,d case%s, %,d check%s: %,d agree, %,d disagree, %,d skipped, %,d vacuous%s (%,d without a written reason),"
                            + " %,d drift%s%s",
                    cases,
                    cases == 1 ? "" : "s",
                    checks,
                    checks == 1 ? "" : "s",
                    agree,
                    disagree,
                    skipped,
                    vacuous,
                    dull == 0 ? "" : String.format(Locale.ROOT, " and %,d dull", dull),
                    unexplained,
                    drift,
                    convention == 0 ? "" : String.format(Locale.ROOT, ", %,d convention", convention),
                    known == 0 ? "" : String.format(Locale.ROOT, ", %,d known", known));
        }
    }

    /**
     * The check that came closest to its tolerance.
     *
     * @param ulp its error in ulp
     * @param abs its error where ulp say nothing, else null; see {@link Discrepancy#inUlp}
     * @param ofAllowed its error as a fraction of what is allowed
     */
    public record Worst(
            @JsonProperty("case") String caseName,
            String engine,
            String against,
            String dtype,
            String quantity,
            String name,
            double ulp,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Double abs,

            double ofAllowed) {
        /** Its error in words. */
        public String error() {
            return abs == null ? FailureMessage.number(ulp) + " ulp" : FailureMessage.number(abs) + " abs";
        }
    }

    /** How far an element may be off: {@code |actual − expected| ≤ atol + rtol·|expected|}. */
    public record Allowed(double rtol, double atol) {}

    /**
     * One check.
     *
     * @param caseName the case's full name, {@code case} in JSON
     * @param engine the engine checked
     * @param against {@code pytorch}, {@code expect} or {@code scalar}
     * @param dtype {@code float32} or {@code float64}
     * @param quantity {@code value} or {@code grad}
     * @param name the input or statement; of a training the loss in some steps or a parameter after one
     * @param shape sizes of the reference, null where the root does not depend on the name
     * @param elements number of elements compared
     * @param mismatched how many are outside the tolerance
     * @param worst the element closest to its tolerance or farthest outside it
     * @param tolerance how far an element may be off, null where there is no number to compare
     * @param sharpness smallest relative error of the whole tensor that would be noticed
     * @param guarded fraction of elements in which an error of 5 % would be noticed
     * @param verdict {@code agree}, {@code disagree}, {@code skipped}, {@code vacuous}, {@code dull}, {@code drift}, {@code convention} or
     *     {@code known}
     * @param reason why, absent where there is nothing to say
     */
    @SuppressWarnings("ArrayRecordComponent") // written to JSON, compared nowhere
    public record Row(
            @JsonProperty("case") String caseName,
            String engine,
            String against,
            String dtype,
            String quantity,
            String name,
            int @Nullable [] shape,
            int elements,
            int mismatched,
            @Nullable Discrepancy worst,
            @Nullable Allowed tolerance,
            @Nullable Double sharpness,
            @Nullable Double guarded,
            String verdict,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            String reason) {

        /** Whether this check fails the gate, see {@link Verdict#failsGate}. */
        public boolean failsGate() {
            return Verdict.named(verdict).failsGate(reason);
        }
    }

    /** Whether the run passes the gate: something was compared, no check fails it, and what is known to fail does. */
    public boolean passes() {
        return summary.compared() > 0 && summary.disagree() == 0 && summary.unexplained() == 0 && stale.isEmpty();
    }

    /** One failure a case and engine, of the cases with the fewest ops first, and of these of the shortest programs. */
    public List<Failure> simplest() {
        Map<String, CaseDetail> byName =
                cases.stream().collect(Collectors.toMap(CaseDetail::name, each -> each, (first, second) -> first));
        Map<String, Failure> ofCase = new LinkedHashMap<>();
        for (Failure failure : failures) {
            Row row = checks.get(failure.check());
            ofCase.putIfAbsent(row.engine() + "\n" + row.caseName(), failure);
        }
        return ofCase.values().stream()
                .sorted(Comparator.comparing(
                        failure -> byName.get(checks.get(failure.check()).caseName()),
                        Comparator.nullsLast(Comparator.comparingInt(
                                        (CaseDetail given) -> given.ops().size())
                                .thenComparingInt(given ->
                                        String.join("\n", given.program()).length()))))
                .toList();
    }

    /** The names of the cases and trainings in which an engine fails the gate. */
    public Set<String> failing() {
        return checks.stream().filter(Row::failsGate).map(Row::caseName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The trainings in which an engine fails the gate, by name. */
    public Set<String> failingTrainings() {
        Set<String> failing = failing();
        failing.retainAll(trained());
        return failing;
    }

    /** The names of what is shown in more than a row: trainings, and cases with numbers and drawings. */
    public Set<String> shownInFull() {
        Set<String> shown = trained();
        cases.stream().filter(CaseDetail::hasMore).map(CaseDetail::name).forEach(shown::add);
        return shown;
    }

    private Set<String> trained() {
        return training.stream().map(TrainingCurve::caseName).collect(Collectors.toCollection(TreeSet::new));
    }

    /** This report with the time that the run took, in seconds. */
    public RunReport withDuration(double seconds) {
        return new RunReport(format, summary, environment, checks, seconds, suspects, stale, failures, cases, training);
    }

    /** This report with entries of the known failures of which nothing fails any more. */
    public RunReport withStale(List<String> entries) {
        return new RunReport(
                format, summary, environment, checks, duration, suspects, entries, failures, cases, training);
    }

    /** The report of a run without trainings. */
    public static RunReport of(List<Trial> trials, Environment environment) {
        return of(trials, List.of(), environment);
    }

    /** The report of a run. */
    public static RunReport of(List<Trial> trials, List<TrainingTrial> trainings, Environment environment) {
        List<Checked> all =
                Stream.<Checked>concat(trials.stream(), trainings.stream()).toList();
        List<Check> checks =
                all.stream().flatMap(trial -> trial.checks().stream()).toList();
        int cases = (int) all.stream().map(Checked::caseName).distinct().count();
        return new RunReport(
                FORMAT,
                summary(cases, checks),
                environment,
                checks.stream().map(RunReport::row).toList(),
                null,
                Suspects.of(trials),
                List.of(),
                Details.failures(all),
                Stream.concat(Details.cases(trials).stream(), Details.trainings(trainings).stream())
                        .toList(),
                TrainingCurve.of(trainings));
    }

    private static Summary summary(int cases, List<Check> checks) {
        Map<Verdict, Long> counts =
                checks.stream().collect(Collectors.groupingBy(Check::verdict, Collectors.counting()));
        List<Check> compared =
                checks.stream().filter(c -> c.verdict() == Verdict.AGREE).toList();
        Map<String, List<Double>> sharpness = checks.stream()
                .filter(check -> check.against() == Check.Against.EXPECT
                        && check.sharpness().isPresent())
                .collect(Collectors.groupingBy(
                        check -> check.dtype().torchName(),
                        TreeMap::new,
                        Collectors.mapping(
                                check -> check.sharpness().orElseThrow().sharpness(), Collectors.toList())));
        Map<String, Double> medians = new TreeMap<>();
        sharpness.forEach((dtype, values) -> medians.put(dtype, median(values)));
        return new Summary(
                cases,
                checks.size(),
                counts.getOrDefault(Verdict.AGREE, 0L).intValue(),
                counts.getOrDefault(Verdict.DISAGREE, 0L).intValue(),
                counts.getOrDefault(Verdict.SKIPPED, 0L).intValue(),
                counts.getOrDefault(Verdict.VACUOUS, 0L).intValue(),
                counts.getOrDefault(Verdict.DRIFT, 0L).intValue(),
                (int) checks.stream()
                        .filter(c -> c.verdict().blunt() && c.failsGate())
                        .count(),
                (int) compared.stream()
                        .filter(c -> c.sharpness().map(Sharpness::zero).orElse(false))
                        .count(),
                counts.getOrDefault(Verdict.DULL, 0L).intValue(),
                counts.getOrDefault(Verdict.CONVENTION, 0L).intValue(),
                counts.getOrDefault(Verdict.KNOWN, 0L).intValue(),
                medians,
                worst(compared));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.get(sorted.size() / 2);
    }

    private static @Nullable Worst worst(List<Check> compared) {
        Worst worst = null;
        for (Check check : compared) {
            Comparison comparison = check.comparison();
            Discrepancy here = comparison == null ? null : comparison.worst();
            if (here != null && here.ofAllowed() > (worst == null ? 0 : worst.ofAllowed())) {
                worst = new Worst(
                        check.caseName(),
                        check.engine(),
                        check.against().key(),
                        check.dtype().torchName(),
                        check.quantity().kind().key(),
                        check.quantity().name(),
                        here.ulp(),
                        here.inUlp() ? null : here.abs(),
                        here.ofAllowed());
            }
        }
        return worst;
    }

    private static Row row(Check check) {
        Comparison comparison = check.comparison();
        Shape shape = check.shape();
        Sharpness sharpness = check.sharpness().orElse(null);
        Tolerance tolerance = check.tolerance();
        return new Row(
                check.caseName(),
                check.engine(),
                check.against().key(),
                check.dtype().torchName(),
                check.quantity().kind().key(),
                check.quantity().name(),
                shape == null ? null : shape.dims(),
                comparison == null ? 0 : comparison.elements(),
                comparison == null ? 0 : comparison.mismatched(),
                comparison == null ? null : comparison.worst(),
                tolerance == null ? null : new Allowed(tolerance.rtol(), tolerance.atol()),
                sharpness == null ? null : sharpness.sharpness(),
                sharpness == null ? null : sharpness.guarded(),
                check.verdict().key(),
                check.reason());
    }

    @Override
    public String toString() {
        return "report of " + summary.inWords();
    }
}
