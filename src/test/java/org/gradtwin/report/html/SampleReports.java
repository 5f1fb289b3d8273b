package org.gradtwin.report.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.FixtureSet.NamedTraining;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.report.CaseDetail;
import org.gradtwin.report.CaseDetail.FlagNote;
import org.gradtwin.report.Deviation;
import org.gradtwin.report.Environment;
import org.gradtwin.report.Failure;
import org.gradtwin.report.Occasion;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.RunReport.Row;
import org.gradtwin.report.RunReport.Summary;
import org.gradtwin.report.TrainingCurve;
import org.gradtwin.tensor.DType;
import org.gradtwin.train.SGD;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.TrainingTwin;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;

/** Reports for the tests of what is made from reports. */
public final class SampleReports {
    /** Of no machine. */
    public static final Environment ENVIRONMENT =
            new Environment("test", "0.35.1", "2.7.1", "17", "Linux amd64", "AVX2", "plain", List.of());

    /** By name; what pages show of them is tried again and again. */
    private static final Map<String, List<TrainingTrial>> TRAINED = new ConcurrentHashMap<>();

    private SampleReports() {}

    /** The notebook's cases on all engines. */
    public static RunReport passing() {
        return report(List.of(new ScalarEngine(), new MatrixEngine()), "notebook/*");
    }

    /** A case all of whose gradients are exact zeros. */
    public static RunReport zeros() {
        return report(List.of(new ScalarEngine()), "notebook/dense-unit-dead*");
    }

    /** Three faults in the scalar engine, among ops that are right. */
    public static RunReport failing() {
        return report(List.of(new FaultyEngine()), "op/sin", "op/exp", "op/relu", "op/cos");
    }

    /** Trainings on all engines; SGD without the weight decay that it was recorded with fails on scalar. */
    public static RunReport trained(boolean sound) {
        List<NamedTraining> trainings = new ArrayList<>();
        FixtureSet.bundled("training/*").selectTrainings("training/*").stream()
                .filter(training ->
                        training.given().steps() == 450 || training.given().id().matches("adam-step|sgd-constant"))
                .forEach(trainings::add);
        List<Engine> engines = List.of(new ScalarEngine(), new MatrixEngine(), new TorchEngine());
        List<TrainingTrial> trials = new ArrayList<>();
        for (NamedTraining training : trainings) {
            TRAINED.computeIfAbsent(training.name(), name -> TrainingTwin.run(training, engines, List.of()))
                    .forEach(trial -> trials.add(
                            !sound
                                            && trial.engine().equals(ScalarEngine.NAME)
                                            && training.given().id().equals("sgd-constant")
                                    ? withoutDecay(training, trial.dtype())
                                    : trial));
        }
        return RunReport.of(List.of(), trials, ENVIRONMENT);
    }

    private static TrainingTrial withoutDecay(NamedTraining named, DType dtype) {
        TrainingCase given = named.given();
        TrainingCase wrong = new TrainingCase(
                given.id(),
                given.comment(),
                given.architecture(),
                given.parameters(),
                given.data(),
                given.batches(),
                given.loss(),
                network -> new SGD(network.blocks(), SGD.Options.of(0.1)),
                given.schedule(),
                given.steps(),
                given.marked(),
                given.dtypes(),
                given.expectations());
        return new TrainingTwin(new NamedTraining(named.name(), named.shown(), wrong), dtype, new ScalarEngine()).run();
    }

    private static RunReport report(List<Engine> engines, String... subjects) {
        TorchEngine twin = new TorchEngine();
        List<Engine> all = new ArrayList<>(engines);
        all.add(twin);
        Verifier verifier = new Verifier(twin, all);
        Stream<NamedCase> cases = Stream.of(subjects)
                .flatMap(subject -> subject.endsWith("*")
                        ? FixtureSet.bundled(subject).select(subject).stream()
                        : FixtureSet.bundled(subject + "-*").select(subject + "-*").stream()
                                .limit(2));
        List<Trial> trials = cases.flatMap(verifier::verify).toList();
        return RunReport.of(trials, ENVIRONMENT);
    }

    /** A case of that name, in which one check disagrees. */
    public static RunReport named(String name) {
        CaseDetail given = new CaseDetail(
                name,
                "A comment: " + name,
                List.of(new FlagNote(name, name, name)),
                List.of(name),
                List.of("tanh"),
                List.of(),
                List.of(new CaseDetail.Sheet(
                        "float64",
                        "grad",
                        name,
                        List.of("recorded", name),
                        List.of(new CaseDetail.Element(new int[0], new Double[] {1.0, 2.0})))),
                List.of(),
                name);
        RunReport report = report(List.of(row(name, 0, "disagree", 1e9)), List.of(given));
        return new RunReport(
                report.format(),
                report.summary(),
                report.environment(),
                new Occasion("2026-01-31T12:00:00Z", 1.5, name, name, null),
                List.of(new Suspect(Suspect.Kind.OP, name, name, 1, 2, 0.5, "float64", null)),
                List.of(),
                List.of(new Failure(report.checks().get(0), null, name + "\n\n" + name, name)),
                report.cases(),
                List.of(new TrainingCurve(
                        "training/" + name,
                        "float64",
                        2,
                        name,
                        new double[] {1, 0.5},
                        List.of(new TrainingCurve.Side(name, new double[] {1, 0.5}, new double[] {1e-16, 1e-15})))),
                report.checks());
    }

    /** A case of that name with a drawing that somebody else made. */
    public static RunReport drawn(String name, String svg) {
        CaseDetail given = new CaseDetail(
                name,
                "",
                List.of(),
                List.of("y = tanh(x)"),
                List.of("tanh"),
                List.of(),
                List.of(),
                List.of(new CaseDetail.Figure("A drawing", svg)),
                "");
        return report(List.of(row(name, 0, "agree", 1)), List.of(given));
    }

    /** So many checks, a few of which disagree. */
    public static RunReport large(int checks) {
        List<Row> rows = new ArrayList<>();
        List<CaseDetail> cases = new ArrayList<>();
        for (int i = 0; i < checks; i++) {
            String name = "op/case-" + i / 20;
            if (i % 20 == 0) {
                cases.add(new CaseDetail(
                        name,
                        "",
                        List.of(new FlagNote(i % 40 == 0 ? "Kink" : "Saturation", "m", "c")),
                        List.of("y = tanh(x)", "z = relu(y)"),
                        List.of(i % 60 == 0 ? "tanh" : "relu"),
                        List.of(),
                        List.of(),
                        List.of(),
                        ""));
            }
            rows.add(row(name, i, i % 997 == 0 ? "disagree" : "agree", i % 13));
        }
        return report(rows, cases);
    }

    private static Row row(String name, int i, String verdict, double ulp) {
        return new Row(
                name,
                i % 2 == 0 ? "scalar" : "matrix",
                i % 4 < 2 ? "pytorch" : "expect",
                i % 8 < 4 ? "float32" : "float64",
                i % 16 < 8 ? "value" : "grad",
                "x" + i % 20,
                List.of(2, 3),
                6,
                verdict.equals("agree") ? 0 : 1,
                new Deviation(ulp, null, ulp / 20),
                new RunReport.Allowed(1e-6, 0),
                1e-6,
                1.0,
                verdict,
                null);
    }

    private static RunReport report(List<Row> rows, List<CaseDetail> cases) {
        int disagree = (int)
                rows.stream().filter(row -> row.verdict().equals("disagree")).count();
        Summary summary = new Summary(
                cases.size(), rows.size(), rows.size() - disagree, disagree, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), null);
        return new RunReport(
                RunReport.FORMAT, summary, ENVIRONMENT, null, List.of(), List.of(), List.of(), cases, List.of(), rows);
    }
}
