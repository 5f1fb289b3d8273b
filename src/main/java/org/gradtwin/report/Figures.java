package org.gradtwin.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.Parameter;
import org.gradtwin.language.Statement;
import org.gradtwin.report.CaseDetail.Figure;
import org.gradtwin.report.draw.Agreement;
import org.gradtwin.report.draw.GraphDrawing;
import org.gradtwin.report.draw.HeatMap;
import org.gradtwin.report.draw.Plot;
import org.gradtwin.report.draw.ProgramDrawing;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check;
import org.gradtwin.verify.Check.Against;
import org.gradtwin.verify.FailureMessage;
import org.gradtwin.verify.Trial;

/**
 * Draws a case: its graph with the first node that is off, and its large tensors beside their error. What cannot be
 * drawn is a caption that says why.
 */
final class Figures {
    /** A tensor of fewer elements is read as numbers. */
    private static final int LARGE = 32;

    /** A graph of more boxes and op junctures is not read as a drawing. */
    private static final int BOXES = 150;

    /** Heat maps of so many quantities of a case. */
    private static final int MAPS = 3;

    private Figures() {}

    /** The drawings of a case: of each trial that fails, or of one that does not. */
    static List<Figure> of(List<Trial> trials) {
        List<Trial> failing = trials.stream()
                .filter(trial -> trial.checks().stream().anyMatch(Check::failsGate))
                .toList();
        List<Trial> drawn = failing.isEmpty()
                ? trials.stream()
                        .filter(trial -> trial.dtype() == DType.FLOAT64
                                && !trial.engine().equals("pytorch"))
                        .skip(1)
                        .limit(1)
                        .toList()
                : failing;
        List<Figure> figures = new ArrayList<>();
        Set<String> engines = new HashSet<>();
        for (Trial trial : drawn) {
            // One type an engine: a second one shows the same.
            if (engines.add(trial.engine())) {
                String where = "Computation graph: recorded PyTorch and " + trial.engine() + ", "
                        + trial.dtype().torchName();
                Guarded.or(() -> graph(trial, where), problem -> Optional.of(missing(where, problem)))
                        .ifPresent(figures::add);
                figures.addAll(Guarded.or(
                        () -> maps(trial),
                        problem -> List.of(missing("Tensors on " + trial.engine() + " and their error", problem))));
            }
        }
        return figures;
    }

    /** What stands where something could not be made. */
    static Figure missing(String what, String problem) {
        return new Figure(what + " could not be shown: " + problem, "");
    }

    private static Optional<Figure> graph(Trial trial, String where) {
        DType dtype = trial.dtype();
        Map<Quantity, Optional<Tensor>> recorded = trial.given().given().expected(dtype);
        Map<Quantity, Optional<Tensor>> own = new LinkedHashMap<>();
        Set<Quantity> agreeing = new HashSet<>();
        for (Check check : trial.checks()) {
            if (check.against() == Against.EXPECT) {
                own.put(check.quantity(), check.actual());
                if (check.comparison() != null && check.comparison().agrees()) {
                    agreeing.add(check.quantity());
                }
            }
        }
        boolean complete = own.entrySet().stream()
                .allMatch(entry -> entry.getKey().kind() == Quantity.Kind.GRAD
                        || entry.getValue().isPresent());
        if (!complete) {
            return Optional.empty();
        }
        Task task = trial.given().given().task().rounded(dtype);
        int values = task.inputs().size() + trial.program().statements().size();
        if (values > BOXES) {
            return Optional.of(new Figure(where + ": " + values + " values are too many to be read as a drawing", ""));
        }
        Evaluation first = new Evaluation("recorded", dtype, recorded);
        Evaluation second = new Evaluation(trial.engine(), dtype, own);
        Agreement agreement = (quantity, one, other) -> agreeing.contains(quantity);
        int boxes = values + ProgramDrawing.junctures(trial.program());
        GraphDrawing drawing = boxes > BOXES
                ? ProgramDrawing.collapsed(task, List.of(first, second), agreement)
                : ProgramDrawing.compare(task, first, second, agreement);
        if (trial.firstOff().isPresent()) {
            Quantity off = trial.firstOff().get();
            for (String mark : marks(trial, off)) {
                drawing = drawing.marked(ProgramDrawing.id(off.name()), mark);
            }
        }
        String caption = where
                + (boxes > BOXES ? ", a box a statement: with every op it would have " + boxes : "")
                + FailureMessage.firstOff(trial)
                        .map(text -> ". First off: " + text)
                        .orElse("");
        return Optional.of(new Figure(caption, drawing.toSvg()));
    }

    /** That a quantity is the first that is off, and both numbers of its worst element. */
    private static List<String> marks(Trial trial, Quantity off) {
        List<String> marks = new ArrayList<>(List.of("first off"));
        trial.worst(off)
                .ifPresent(worst -> marks.addAll(List.of(
                        off.kind().key() + Arrays.toString(worst.index()),
                        "recorded " + Decimals.shortest(worst.expected(), trial.dtype()),
                        trial.engine() + " " + Decimals.shortest(worst.actual(), trial.dtype()))));
        return marks;
    }

    private static List<Figure> maps(Trial trial) {
        List<Figure> figures = new ArrayList<>();
        Optional<Tensor> targets = Optional.empty();
        String logits = "";
        for (Statement statement : trial.program().statements()) {
            if (statement.expr() instanceof Expr.Apply apply
                    && takesClasses(apply.op())
                    && apply.operands().get(0) instanceof Expr.Name scores
                    && apply.operands().get(1) instanceof Expr.Name classes) {
                logits = scores.name();
                targets = Optional.ofNullable(trial.given().given().inputs().get(classes.name()))
                        .map(input -> input.source().tensor())
                        .filter(tensor -> !tensor.dtype().isFloating());
            }
        }
        int left = MAPS;
        for (Check check : trial.checks()) {
            boolean ofLogits = targets.isPresent() && check.quantity().equals(Quantity.grad(logits));
            boolean off = check.failsGate();
            if (check.against() == Against.EXPECT
                    && (ofLogits || off)
                    && check.expected().isPresent()
                    && check.actual().isPresent()
                    && check.expected().get().size() >= LARGE
                    && check.expected()
                            .get()
                            .shape()
                            .equals(check.actual().get().shape())
                    && left-- > 0) {
                figures.add(map(trial, check, ofLogits ? targets : Optional.empty()));
            }
        }
        return figures;
    }

    /** Whether an op is a loss of scores for classes, and of the indices of the right ones. */
    private static boolean takesClasses(Op op) {
        List<Parameter> operands = op.signature().operands();
        return op.group() == Group.LOSSES
                && operands.size() > 1
                && List.of(Parameter.Kind.INDICES, Parameter.Kind.INDICES_OR_TENSOR)
                        .contains(operands.get(1).kind());
    }

    private static Figure map(Trial trial, Check check, Optional<Tensor> targets) {
        Tensor expected = check.expected().orElseThrow();
        Tensor actual = check.actual().orElseThrow();
        double[] error = new double[expected.size()];
        for (int i = 0; i < error.length; i++) {
            error[i] = Math.abs(actual.get(i) - expected.get(i));
        }
        // In the title too: two drawings of one title and content would share the ids in them.
        String where = " (" + trial.given().given().id() + ", " + check.engine() + ")";
        List<Plot> plots = new ArrayList<>();
        plots.add(new HeatMap(check.quantity() + where, "row", "column", actual));
        targets.filter(classes -> classes.size() * expected.shape().dim(classDim(expected.shape())) == expected.size())
                .ifPresent(classes -> plots.add(new HeatMap(
                        "targets, one-hot" + where,
                        "row",
                        expected.shape().rank() <= 2 ? "class" : "column",
                        oneHot(classes, expected.shape()))));
        plots.add(new HeatMap(
                "error of the " + check.quantity() + where,
                "row",
                "column",
                Tensor.of(DType.FLOAT64, expected.shape(), error)));
        String caption = "The " + check.quantity() + " on " + check.engine() + " ("
                + check.dtype().torchName() + ")"
                + (targets.isPresent() ? " beside the one-hot targets" : "") + ", and how far it is off";
        return new Figure(caption, Plot.row(caption, plots).toSvg());
    }

    /** A 1 in the place of each target; classes lie along dimension 1, of a vector along the only one. */
    static Tensor oneHot(Tensor targets, Shape shape) {
        int dim = classDim(shape);
        int classes = shape.dim(dim);
        int inner = shape.product(dim + 1, shape.rank());
        double[] hot = new double[shape.size()];
        for (int i = 0; i < hot.length; i++) {
            int target = i / (inner * classes) * inner + i % inner;
            hot[i] = targets.getLong(target) == i / inner % classes ? 1 : 0;
        }
        return Tensor.of(DType.FLOAT64, shape, hot);
    }

    private static int classDim(Shape shape) {
        return Math.min(1, shape.rank() - 1);
    }
}
