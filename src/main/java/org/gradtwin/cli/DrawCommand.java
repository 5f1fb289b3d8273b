package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
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
import org.gradtwin.fixture.FixtureSet;
import org.gradtwin.fixture.FixtureSet.NamedCase;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.draw.GraphDrawing;
import org.gradtwin.report.draw.ProgramDrawing;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Draws the computation graph of a case with its values and gradients. */
@Command(
        name = "draw",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Draws a case's computation graph, with every value, and every gradient after backward.",
            "Of two engines both numbers stand in each box, and what differs by more than the case allows is marked."
        },
        footer = {
            "",
            "Example: java -jar target/gradtwin.jar draw --case notebook/testing-expression --engine scalar,matrix"
        })
final class DrawCommand implements Callable<Integer> {
    private static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--case", required = true, paramLabel = "NAME", description = "The case, by its full name.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String name;

    @Option(
            names = "--engine",
            split = ",",
            paramLabel = "E",
            defaultValue = "scalar",
            description = "One engine or two (default: ${DEFAULT-VALUE}).")
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
        DType type = type();
        List<Engine> chosen = chosen(type);
        NamedCase named = named();
        Task task = named.given().task();
        List<Evaluation> evaluations;
        try {
            evaluations = chosen.stream()
                    .map(engine -> Evaluator.evaluate(engine, task, type))
                    .toList();
        } catch (UnsupportedOpException | EvaluationException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("gradtwin: " + named.name() + ": "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            return Main.BROKEN;
        }
        String text;
        try {
            GraphDrawing drawing = drawing(named, task, type, evaluations);
            text = dot ? drawing.toDot() : drawing.toSvg();
        } catch (IllegalArgumentException e) {
            throw usage("--case: " + named.name() + ": " + e.getMessage());
        }
        Path file = out == null ? Path.of("target", "gradtwin", named.name() + (dot ? ".dot" : ".svg")) : out;
        ReportFiles.write(file, text);
        spec.commandLine().getOut().println(file);
        spec.commandLine().getOut().flush();
        return Main.AGREE;
    }

    private static GraphDrawing drawing(NamedCase named, Task task, DType type, List<Evaluation> evaluations) {
        if (evaluations.size() == 1) {
            return ProgramDrawing.of(task, evaluations.get(0));
        }
        Map<Quantity, Tolerance> tolerances = named.given().tolerances(type);
        return ProgramDrawing.compare(
                task,
                evaluations.get(0),
                evaluations.get(1),
                (quantity, first, second) -> Comparison.of(second, first, tolerances.getOrDefault(quantity, EXACT))
                        .agrees());
    }

    private DType type() {
        Set<DType> floating = Set.of(DType.FLOAT32, DType.FLOAT64);
        return floating.stream()
                .filter(candidate -> candidate.torchName().equals(dtype.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> usage("--dtype: '" + dtype + "' is neither float32 nor float64"));
    }

    private List<Engine> chosen(DType type) {
        if (engines.size() > 2) {
            throw usage("--engine: " + engines.size() + " engines, but at most two are drawn side by side");
        }
        List<Engine> chosen;
        try {
            chosen = new Engines().named(engines);
        } catch (IllegalArgumentException e) {
            throw usage("--engine: " + e.getMessage());
        }
        for (Engine engine : chosen) {
            if (!engine.dtypes().contains(type)) {
                throw usage("--dtype: " + engine.name() + " does not compute in " + type.torchName());
            }
        }
        return chosen;
    }

    private NamedCase named() {
        FixtureSet set = fixtures == null ? FixtureSet.bundled() : FixtureSet.in(fixtures);
        List<NamedCase> matching = set.select(name);
        if (matching.isEmpty()) {
            throw usage("--case: no case is called '" + name + "' among "
                    + set.cases().size());
        }
        if (matching.size() > 1) {
            throw usage("--case: '" + name + "' matches " + matching.size() + " cases, but one is drawn: "
                    + matching.stream().limit(3).map(NamedCase::name).collect(Collectors.joining(", "))
                    + (matching.size() > 3 ? ", …" : ""));
        }
        if (matching.get(0).given().refusal().isPresent()) {
            throw usage("--case: " + name + " is a program that must be refused: there is nothing to draw");
        }
        return matching.get(0);
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
