package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.fixture.read.NearMiss;
import org.gradtwin.fuzz.Rounding;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.draw.Agreement;
import org.gradtwin.report.draw.GraphDrawing;
import org.gradtwin.report.draw.ProgramDrawing;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws the computation graph of a case, or of any program, with its values and gradients. */
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Draws the computation graph of a case or a program, with every value, and every gradient after backward.",
            "Of two engines both numbers stand in each box, and what differs by more than the case allows is marked, or"
                    + " where nothing is recorded, by more than rounding explains."
        },
        footer = {
            "",
            "Example: java -jar target/gradtwin.jar draw --case notebook/testing-expression --engine scalar,matrix",
            "         java -jar target/gradtwin.jar draw --program 'y = tanh(w @ x)' --input w=[0.5,-1] --input x=[2,0.25]"
        })
final class DrawCommand implements Callable<Integer> {
    /** What is drawn, and how it is called. */
    private record Subject(String name, FixtureCase given) {}

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private EngineOptions options;

    @Option(names = "--case", paramLabel = "NAME", description = "A case, by its full name, as op/tanh-matrix.")
    private @Nullable String name;

    @Option(
            names = "--program",
            paramLabel = "TEXT",
            description = "A program in place of a case, statements separated by ';'; its last one is differentiated.")
    private List<String> program = List.of();

    @Option(
            names = "--input",
            paramLabel = "NAME=JSON",
            description = "An input of the program: numbers in nested lists, or an object as in a fixture.")
    private Map<String, String> inputs = Map.of();

    @Option(
            names = "--cotangent",
            paramLabel = "JSON",
            description = "What the gradient of the last statement is, unless that is a scalar.")
    private @Nullable String cotangent;

    @Option(names = "--collapse", description = "A box a statement, without its ops.")
    private boolean collapse;

    @Option(
            names = "--engine",
            paramLabel = "E",
            defaultValue = "scalar",
            description = "One engine or two (default: ${DEFAULT-VALUE})." + EngineOptions.OR_YOURS)
    private List<String> engines = List.of();

    @Option(
            names = "--dtype",
            paramLabel = "D",
            defaultValue = "float64",
            description = "float32 or float64 (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String dtype;

    @Option(names = "--fixtures", paramLabel = "DIR", description = "A folder of fixtures (default: those in the jar).")
    private @Nullable Path fixtures;

    @Option(names = "--dot", description = "Graphviz's language instead of SVG.")
    private boolean dot;

    @Option(names = "--out", paramLabel = "FILE", description = "Where it goes (default: target/gradtwin/NAME.svg).")
    private @Nullable Path out;

    @Override
    public Integer call() {
        if (out != null && out.toString().matches(".*\\.(png|jpe?g|gif|pdf)")) {
            throw usage("--out: " + out.getFileName() + ": a drawing is SVG, or Graphviz's language with --dot");
        }
        DType type = type();
        List<Engine> chosen = chosen(type);
        Subject subject = program.isEmpty() ? recorded() : written();
        Task task = subject.given().task();
        List<Evaluation> evaluations;
        try {
            evaluations = chosen.stream()
                    .map(engine -> Evaluator.evaluate(engine, task, type))
                    .toList();
        } catch (UnsupportedOpException | EvaluationException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("gradtwin: " + subject.name() + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return program.isEmpty() ? Main.BROKEN : Main.USAGE;
        }
        String text;
        try {
            GraphDrawing drawing = drawing(subject, task, type, evaluations);
            text = dot ? drawing.toDot() : drawing.toSvg();
        } catch (IllegalArgumentException e) {
            throw usage(subject.name() + ": " + e.getMessage());
        }
        Path file = out == null ? Path.of("target", "gradtwin", subject.name() + (dot ? ".dot" : ".svg")) : out;
        ReportFiles.write(file, text);
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
        return Main.AGREE;
    }

    private GraphDrawing drawing(Subject subject, Task task, DType type, List<Evaluation> evaluations) {
        Map<Quantity, Tolerance> recorded = subject.given().tolerances(type);
        Map<Quantity, Tolerance> tolerances = recorded.isEmpty() && evaluations.size() > 1
                ? new Rounding(new MatrixEngine()).tolerances(task, type, 0)
                : recorded;
        Agreement agreement = (quantity, first, second) -> Comparison.of(
                        second, first, tolerances.getOrDefault(quantity, Tolerance.EXACT))
                .agrees();
        if (collapse) {
            return ProgramDrawing.collapsed(task, evaluations, agreement);
        }
        return evaluations.size() == 1
                ? ProgramDrawing.of(task, evaluations.get(0))
                : ProgramDrawing.compare(task, evaluations.get(0), evaluations.get(1), agreement);
    }

    private DType type() {
        try {
            return Types.of(dtype);
        } catch (IllegalArgumentException e) {
            throw usage("--dtype: " + e.getMessage());
        }
    }

    private List<Engine> chosen(DType type) {
        List<Engine> chosen;
        try {
            chosen = options.engines().named(engines);
        } catch (IllegalArgumentException e) {
            throw usage("--engine: " + e.getMessage());
        }
        if (chosen.size() > 2 && !engines.isEmpty()) {
            throw usage("--engine: " + chosen.size() + " engines, but at most two are drawn side by side");
        }
        for (Engine engine : chosen) {
            if (!engine.dtypes().contains(type)) {
                throw usage("--dtype: " + engine.name() + " does not compute in " + type.torchName());
            }
        }
        return chosen;
    }

    private Subject written() {
        if (name != null) {
            throw usage("--program: is drawn in place of a --case, not beside one");
        }
        try {
            return new Subject("program", WrittenProgram.read(program, inputs, cotangent));
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private Subject recorded() {
        if (name == null) {
            throw usage("--case or --program: say what is drawn");
        }
        if (!inputs.isEmpty() || cotangent != null) {
            throw usage("--input and --cotangent: a case has its own, they belong to a --program");
        }
        FixtureSet set = fixtures == null ? FixtureSet.bundled(name) : FixtureSet.in(fixtures);
        List<NamedCase> matching = set.select(name);
        if (matching.isEmpty() && !set.selectTrainings(name).isEmpty()) {
            throw usage("--case: " + name + " is a training: only programs are drawn");
        }
        if (matching.isEmpty()) {
            List<String> names = set.cases().stream().map(NamedCase::name).toList();
            throw usage("--case: no case is called '" + name + "' among " + names.size() + NearMiss.of(name, names));
        }
        if (matching.size() > 1) {
            throw usage("--case: '" + name + "' matches " + matching.size() + " cases, but one is drawn: "
                    + matching.stream().limit(3).map(NamedCase::name).collect(Collectors.joining(", "))
                    + (matching.size() > 3 ? ", …" : ""));
        }
        if (matching.get(0).given().refusal().isPresent()) {
            throw usage("--case: " + name + " is a program that must be refused: there is nothing to draw");
        }
        return new Subject(matching.get(0).name(), matching.get(0).given());
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
