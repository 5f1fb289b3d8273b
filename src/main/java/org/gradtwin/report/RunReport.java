package org.gradtwin.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.tensor.Shape;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Suspects;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.Trial;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * One run of {@code verify}: {@code report.json}, format {@code gradtwin-report-2}. What fails stands in it in clear;
 * cases, trainings and checks are {@link Columns}.
 *
 * @param format always {@link #FORMAT}
 * @param summary the counts
 * @param environment what it ran on
 * @param occasion when it ran, on what, and whether it came to its end; null if nobody says
 * @param suspects what explains best why cases fail, engine by engine
 * @param stale entries of the known failures of which nothing fails any more, in words; they fail the gate
 * @param failures checks that fail the gate, in words, in the order of the checks; of very many some of each case
 * @param cases the cases, in the order of the checks
 * @param training losses of trainings that engines repeated; empty if there were none
 * @param checks every check, in the order of the cases
 */
public record RunReport(
        String format,
        Summary summary,
        Environment environment,
        @Nullable Occasion occasion,
        List<Suspect> suspects,
        List<String> stale,
        List<Failure> failures,

        @JsonSerialize(using = Columns.Writer.class) @JsonDeserialize(using = Columns.Reader.class)
        List<CaseDetail> cases,

        @JsonSerialize(using = Columns.Writer.class) @JsonDeserialize(using = Columns.Reader.class)
        List<TrainingCurve> training,

        @JsonSerialize(using = Columns.Writer.class) @JsonDeserialize(using = Columns.Reader.class)
        List<Row> checks) {
    /** The format that this version writes. */
    public static final String FORMAT = "gradtwin-report-2";

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
            @Nullable Row worst) {
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
     * @param deviation how far the worst of them is off, null if there are none
     * @param tolerance how far an element may be off, null where there is no number to compare
     * @param sharpness smallest relative error of the whole tensor that would be noticed
     * @param guarded fraction of elements in which an error of 5 % would be noticed
     * @param verdict {@code agree}, {@code disagree}, {@code skipped}, {@code vacuous}, {@code dull}, {@code drift}, {@code convention} or
     *     {@code known}
     * @param reason why, absent where there is nothing to say
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Row(
            @JsonProperty("case") String caseName,
            String engine,
            String against,
            String dtype,
            String quantity,
            String name,
            @Nullable List<Integer> shape,
            int elements,
            int mismatched,
            @Nullable Deviation deviation,
            @Nullable Allowed tolerance,
            @Nullable Double sharpness,
            @Nullable Double guarded,
            String verdict,
            @Nullable String reason) {
        /** Refuses a verdict that there is not, with {@link IllegalArgumentException}. */
        public Row {
            Verdict.named(verdict);
        }

        static Row of(Check check, @Nullable Sharpness sharpness, Shared shared) {
            Comparison comparison = check.comparison();
            Shape shape = check.shape();
            Tolerance tolerance = check.tolerance();
            return new Row(
                    check.caseName(),
                    check.engine(),
                    check.against().key(),
                    check.dtype().torchName(),
                    check.quantity().kind().key(),
                    check.quantity().name(),
                    shape == null
                            ? null
                            : shared.one(Arrays.stream(shape.dims()).boxed().toList()),
                    comparison == null ? 0 : comparison.elements(),
                    comparison == null ? 0 : comparison.mismatched(),
                    comparison == null ? null : shared.one(Deviation.of(comparison.worst())),
                    tolerance == null ? null : shared.one(new Allowed(tolerance.rtol(), tolerance.atol())),
                    sharpness == null ? null : shared.one(sharpness.sharpness()),
                    sharpness == null ? null : shared.one(sharpness.guarded()),
                    check.verdict().key(),
                    check.reason());
        }

        /** Whether the engine agrees with the answer in 50 digits, and PyTorch does not. */
        boolean isTrueAgainstPyTorch() {
            return reason != null && reason.startsWith(Check.TRUTH);
        }

        /** The error divided by what is allowed; 0 where nothing was compared. */
        public double ofAllowed() {
            return deviation == null ? 0 : deviation.ofAllowed();
        }

        /** How far the worst element is off, in words; "" where nothing was compared. */
        public String error() {
            return deviation == null ? "" : deviation.inWords();
        }

        /** Whether this check fails the gate, see {@link Verdict#failsGate}. */
        public boolean failsGate() {
            return Verdict.named(verdict).failsGate(reason);
        }
    }

    /** How far the run had come when this was written; empty if it had come to its end. */
    public Optional<String> unfinished() {
        return Optional.ofNullable(occasion).map(Occasion::unfinished);
    }

    /** Whether the run passes the gate: it came to its end, something was compared, no check fails, and what is known to fail does. */
    public boolean passes() {
        return unfinished().isEmpty()
                && summary.compared() > 0
                && summary.disagree() == 0
                && summary.unexplained() == 0
                && stale.isEmpty();
    }

    /** One failure a case and engine, of the cases with the fewest ops first, and of these of the shortest programs. */
    public List<Failure> simplest() {
        Map<String, CaseDetail> byName =
                cases.stream().collect(Collectors.toMap(CaseDetail::name, each -> each, (first, second) -> first));
        Map<String, Failure> ofCase = new LinkedHashMap<>();
        for (Failure failure : failures) {
            ofCase.putIfAbsent(failure.check().engine() + "\n" + failure.check().caseName(), failure);
        }
        return ofCase.values().stream()
                .sorted(Comparator.comparing(
                        failure -> byName.get(failure.check().caseName()),
                        Comparator.nullsLast(Comparator.comparingInt(
                                        (CaseDetail given) -> given.ops().size())
                                .thenComparingInt(given ->
                                        String.join("\n", given.program()).length()))))
                .toList();
    }

    /** The names of the cases and trainings in which an engine fails the gate. */
    public Set<String> failing() {
        Set<String> names = new TreeSet<>();
        failingByEngine().values().forEach(names::addAll);
        return names;
    }

    /** The same, engine by engine; in the file for those who do not unpack the checks. */
    @JsonProperty(value = "failing", access = JsonProperty.Access.READ_ONLY)
    public Map<String, Set<String>> failingByEngine() {
        Map<String, Set<String>> names = new TreeMap<>();
        checks.stream()
                .filter(Row::failsGate)
                .forEach(check -> names.computeIfAbsent(check.engine(), engine -> new TreeSet<>())
                        .add(check.caseName()));
        return names;
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

    /** This report of a run on that occasion. */
    public RunReport on(Occasion when) {
        return new RunReport(format, summary, environment, when, suspects, stale, failures, cases, training, checks);
    }

    /** This report with entries of the known failures of which nothing fails any more. */
    public RunReport withStale(List<String> entries) {
        return new RunReport(
                format, summary, environment, occasion, suspects, entries, failures, cases, training, checks);
    }

    /** The report of a run without trainings. */
    public static RunReport of(List<Trial> trials, Environment environment) {
        return of(trials, List.of(), environment);
    }

    /** The report of a run. */
    public static RunReport of(List<Trial> trials, List<TrainingTrial> trainings, Environment environment) {
        List<Checked> all =
                Stream.<Checked>concat(trials.stream(), trainings.stream()).toList();
        List<Row> rows = new ArrayList<>();
        Shared shared = new Shared();
        int zeros = 0;
        for (Checked trial : all) {
            for (Check check : trial.checks()) {
                Sharpness sharpness = check.sharpness().orElse(null);
                rows.add(Row.of(check, sharpness, shared));
                zeros += check.verdict() == Verdict.AGREE && sharpness != null && sharpness.zero() ? 1 : 0;
            }
        }
        int cases = (int) all.stream().map(Checked::caseName).distinct().count();
        return new RunReport(
                FORMAT,
                summary(cases, zeros, rows),
                environment,
                null,
                Suspects.of(trials),
                List.of(),
                Details.failures(all),
                Stream.concat(Details.cases(trials).stream(), Details.trainings(trainings).stream())
                        .toList(),
                TrainingCurve.of(trainings),
                rows);
    }

    private static Summary summary(int cases, int zeros, List<Row> checks) {
        Map<String, Integer> counts = new HashMap<>();
        Map<String, List<Double>> sharpness = new TreeMap<>();
        int unexplained = 0;
        for (Row check : checks) {
            counts.merge(check.verdict(), 1, Integer::sum);
            unexplained += check.failsGate() ? 1 : 0;
            if (check.against().equals(Check.Against.EXPECT.key()) && check.sharpness() != null) {
                sharpness
                        .computeIfAbsent(check.dtype(), dtype -> new ArrayList<>())
                        .add(check.sharpness());
            }
        }
        Map<String, Double> medians = new TreeMap<>();
        sharpness.forEach((dtype, values) -> medians.put(dtype, median(values)));
        int disagree = count(counts, Verdict.DISAGREE);
        return new Summary(
                cases,
                checks.size(),
                count(counts, Verdict.AGREE),
                disagree,
                count(counts, Verdict.SKIPPED),
                count(counts, Verdict.VACUOUS),
                count(counts, Verdict.DRIFT),
                unexplained - disagree,
                zeros,
                count(counts, Verdict.DULL),
                count(counts, Verdict.CONVENTION),
                count(counts, Verdict.KNOWN),
                medians,
                worst(checks));
    }

    private static int count(Map<String, Integer> counts, Verdict verdict) {
        return counts.getOrDefault(verdict.key(), 0);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.get(sorted.size() / 2);
    }

    private static @Nullable Row worst(List<Row> checks) {
        Row worst = null;
        for (Row check : checks) {
            boolean agrees = check.verdict().equals(Verdict.AGREE.key());
            worst = agrees && check.ofAllowed() > (worst == null ? 0 : worst.ofAllowed()) ? check : worst;
        }
        return worst;
    }

    @Override
    public String toString() {
        return "report of " + summary.inWords();
    }
}
