package org.gradtwin.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.gradtwin.check.Sharpness;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.training.TrainingCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Program;
import org.gradtwin.report.CaseDetail.Figure;
import org.gradtwin.report.CaseDetail.FlagNote;
import org.gradtwin.report.CaseDetail.InputNote;
import org.gradtwin.report.CaseDetail.Sheet;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.Trial;

/** Writes down what a page about a run needs besides the checks: every case in short, what fails in full. */
final class Details {
    /** So many failing cases are shown with numbers and drawings; a page of more is not read. */
    private static final int SHOWN_CASES = 24;

    /** So many failures keep their message, of every case some before any case has more. */
    private static final int SHOWN_FAILURES = 200;

    private static final String ZEROS =
            "The gradients of all inputs are exact zeros: an engine that passes nothing but zeros back to them is right.";

    /** Shown with numbers and drawings even when they agree: the subject that this project starts from. */
    private static final String ALWAYS = "notebook/";

    private Details() {}

    /** The checks that fail the gate, in the order of the report. */
    static List<Failure> failures(List<Checked> trials) {
        List<Failing> all = new ArrayList<>();
        Map<String, Integer> ofCase = new HashMap<>();
        for (Checked trial : trials) {
            for (Check check : trial.checks()) {
                if (check.failsGate()) {
                    int rank = ofCase.merge(trial.engine() + "\n" + trial.caseName(), 1, Integer::sum);
                    all.add(new Failing(all.size(), rank, trial, check));
                }
            }
        }
        Map<Integer, Failure> kept = new TreeMap<>();
        Iterator<Failing> left =
                all.stream().sorted(Comparator.comparingInt(Failing::rank)).iterator();
        while (left.hasNext() && kept.size() < SHOWN_FAILURES) {
            Failing failing = left.next();
            failing.inWords().ifPresent(failure -> kept.put(failing.position(), failure));
        }
        return List.copyOf(kept.values());
    }

    /** A check that fails, and the how many-th of its case on its engine it is. */
    private record Failing(int position, int rank, Checked trial, Check check) {
        Optional<Failure> inWords() {
            Optional<String> message = Guarded.or(
                    () -> trial.message(check),
                    problem -> Optional.of(
                            trial.name() + ": there is no message about the " + check.quantity() + ": " + problem));
            Optional<String> firstOff = Guarded.or(trial::firstOffInWords, problem -> Optional.empty());
            return message.map(text -> new Failure(
                    RunReport.Row.of(check, check.sharpness().orElse(null), new Shared()),
                    check.comparison() == null ? null : check.comparison().worst(),
                    text,
                    firstOff.orElse(null)));
        }
    }

    /** Every training, in the order of the report. */
    static List<CaseDetail> trainings(List<TrainingTrial> trials) {
        Map<String, CaseDetail> cases = new LinkedHashMap<>();
        trials.forEach(trial -> cases.computeIfAbsent(trial.caseName(), name -> {
            TrainingCase given = trial.given().given();
            String inShort = given.architecture() + ", " + given.loss().key() + ", " + given.steps() + " steps";
            return new CaseDetail(
                    name, given.comment(), List.of(), List.of(inShort), List.of(), List.of(), List.of(), List.of(), "");
        }));
        return List.copyOf(cases.values());
    }

    /** Every case, in the order of the report. */
    static List<CaseDetail> cases(List<Trial> trials) {
        Map<String, List<Trial>> byCase = new LinkedHashMap<>();
        trials.forEach(trial -> byCase.computeIfAbsent(trial.caseName(), name -> new ArrayList<>())
                .add(trial));
        List<CaseDetail> cases = new ArrayList<>();
        int left = SHOWN_CASES;
        boolean few = byCase.size() <= SHOWN_CASES;
        for (Map.Entry<String, List<Trial>> entry : byCase.entrySet()) {
            boolean fails = entry.getValue().stream()
                    .flatMap(trial -> trial.checks().stream())
                    .anyMatch(Check::failsGate);
            // A drawing of what agrees takes longer than its checks, and nobody asked for it.
            boolean drawn = entry.getKey().startsWith(ALWAYS) || (fails && left-- > 0);
            cases.add(detail(entry.getValue(), few || drawn, drawn));
        }
        return cases;
    }

    private static CaseDetail detail(List<Trial> trials, boolean full, boolean drawn) {
        Trial first = trials.get(0);
        Program program = first.program();
        List<FlagNote> flags = new ArrayList<>();
        first.flags().forEach((name, flag) -> flags.add(new FlagNote(name, flag.meaning(), flag.catches())));
        List<InputNote> inputs = new ArrayList<>();
        if (full) {
            first.given().given().inputs().forEach((name, input) -> {
                Tensor tensor = input.source().tensor();
                String type =
                        (tensor.dtype().isFloating() ? "float" : tensor.dtype().torchName()) + " " + tensor.shape()
                                + (input.requiresGrad() ? "" : ", not differentiated");
                inputs.add(new InputNote(name, type, elements(tensor)));
            });
        }
        List<Figure> figures = new ArrayList<>();
        List<Sheet> sheets = new ArrayList<>();
        if (drawn && first.given().given().refusal().isEmpty()) {
            figures.addAll(Figures.of(trials));
        }
        if (full) {
            sheets.addAll(Guarded.or(() -> ValueTables.of(trials), problem -> {
                figures.add(Figures.missing("Numbers side by side", problem));
                return List.of();
            }));
        }
        return new CaseDetail(
                first.caseName(),
                first.given().given().comment(),
                flags,
                first.given().given().program(),
                program.ops().stream().map(Op::id).toList(),
                inputs,
                sheets,
                figures,
                hasOnlyZeroGradients(first.given().given().inputs().keySet(), trials) ? ZEROS : "");
    }

    /** Whether every recorded gradient of every input is exactly 0 everywhere: an answer of zeros is right there. */
    private static boolean hasOnlyZeroGradients(Set<String> inputs, List<Trial> trials) {
        List<Sharpness> gradients = trials.stream()
                .flatMap(trial -> trial.checks().stream())
                .filter(check -> check.against() == Against.EXPECT
                        && check.quantity().kind() == Quantity.Kind.GRAD
                        && inputs.contains(check.quantity().name())
                        && check.expected().filter(tensor -> tensor.size() > 0).isPresent())
                .flatMap(check -> check.sharpness().stream())
                .toList();
        return !gradients.isEmpty() && gradients.stream().allMatch(Sharpness::zero);
    }

    private static String elements(Tensor tensor) {
        if (tensor.size() > 16) {
            return tensor.size() + " elements";
        }
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < tensor.size(); i++) {
            elements.add(tensor.text(i));
        }
        return String.join(", ", elements);
    }
}
