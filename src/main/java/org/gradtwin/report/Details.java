package org.gradtwin.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.gradtwin.fixture.TrainingCase;
import org.gradtwin.program.Op;
import org.gradtwin.program.Program;
import org.gradtwin.report.CaseDetail.FlagNote;
import org.gradtwin.report.CaseDetail.InputNote;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Checked;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.Trial;

/** Writes down what a page about a run needs besides the checks: every case in short, what fails in full. */
final class Details {
    /** So many failing cases are shown with numbers and drawings; a page of more is not read. */
    private static final int SHOWN_CASES = 24;

    /** So many failures keep their message. */
    private static final int SHOWN_FAILURES = 200;

    /** Shown with numbers and drawings even when they agree: the subject that this project starts from. */
    private static final String ALWAYS = "notebook/";

    private Details() {}

    /** The checks that fail the gate, in the order of the report. */
    static List<Failure> failures(List<Checked> trials) {
        List<Failure> failures = new ArrayList<>();
        int position = 0;
        for (Checked trial : trials) {
            for (Check check : trial.checks()) {
                if (check.failsGate() && failures.size() < SHOWN_FAILURES) {
                    int here = position;
                    trial.message(check)
                            .ifPresent(message -> failures.add(new Failure(
                                    here, message, trial.firstOffInWords().orElse(null))));
                }
                position++;
            }
        }
        return failures;
    }

    /** Every training, in the order of the report. */
    static List<CaseDetail> trainings(List<TrainingTrial> trials) {
        Map<String, CaseDetail> cases = new LinkedHashMap<>();
        trials.forEach(trial -> cases.computeIfAbsent(trial.caseName(), name -> {
            TrainingCase given = trial.given().given();
            String inShort = given.architecture() + ", " + given.loss().key() + ", " + given.steps() + " steps";
            return new CaseDetail(
                    name, given.comment(), List.of(), List.of(inShort), List.of(), List.of(), List.of(), List.of());
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
            boolean full = few || entry.getKey().startsWith(ALWAYS) || (fails && left-- > 0);
            cases.add(detail(entry.getValue(), full));
        }
        return cases;
    }

    private static CaseDetail detail(List<Trial> trials, boolean full) {
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
        return new CaseDetail(
                first.caseName(),
                first.given().given().comment(),
                flags,
                first.given().given().program(),
                program.ops().stream().map(Op::id).toList(),
                inputs,
                full ? Sheets.of(trials) : List.of(),
                full && first.given().given().refusal().isEmpty() ? Figures.of(trials) : List.of());
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
