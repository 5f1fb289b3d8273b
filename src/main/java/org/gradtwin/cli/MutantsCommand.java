package org.gradtwin.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.gradtwin.engine.Running;
import org.gradtwin.mutants.Ground;
import org.gradtwin.mutants.Hunters;
import org.gradtwin.mutants.Mutants;
import org.gradtwin.mutants.Plan;
import org.gradtwin.mutants.Score;
import org.gradtwin.report.ReportFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Counts the generic mutants that cases and random programs notice. */
@Command(
        name = "mutants",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Counts how many wrong engines the cases notice, and random programs of the ops that they apply.",
            "A mutant is a right engine that gives a wrong value or gradient of one op where a condition holds: an attribute,"
                    + " a layout, a size, a rank, special numbers, or two of these. Those are counted that act somewhere, and no"
                    + " engine of yours takes part: what escapes is what your cases would not notice of it."
        },
        footer = {"", "Example: java -jar target/gradtwin.jar mutants --case 'op/tanh*' --count 200 --escaped"})
final class MutantsCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private ClusterOptions cluster;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CaseOptions cases;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private SeedOptions seeds;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many random programs (default: ${DEFAULT-VALUE}).")
    private long count;

    @Option(
            names = "--matrix",
            paramLabel = "FILE",
            description =
                    "Write which case or program notices which mutant: a line of JSON with the mutants, then one each with"
                            + " their numbers.")
    private @Nullable Path matrix;

    @Option(names = "--escaped", description = "List every mutant that no case notices.")
    private boolean escaped;

    @Override
    public Integer call() {
        seeds.after(count, 0);
        if (matrix != null) {
            ReportFiles.requireFile(matrix);
        }
        Plan plan = Plan.of(cases.fixtures(), cases.globs(), seeds.first(), count, matrix != null);
        Ground ground;
        try {
            ground = Running.during("single ops", plan::open);
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
        try (Hunters hunters = cluster.hasMaster() ? workers(plan, ground.size()) : ground) {
            Score score = hunt(hunters, ground.size());
            if (score.acting().isEmpty()) {
                throw usage("nothing was counted: in " + ground.cases() + " cases and " + count
                        + " programs no mutant acts");
            }
            PrintWriter out = spec.commandLine().getOut();
            new MutantsSummary(score, ground.cases(), count, seeds.first()).print(out, escaped);
            if (matrix != null) {
                ReportFiles.write(matrix, text(score));
                out.println("  matrix     " + matrix);
            }
            out.flush();
            hunters.done();
            return Main.AGREE;
        }
    }

    private static Score hunt(Hunters hunters, long size) {
        Optional<ProgressBar> bar = Progress.bar("mutants", size);
        try {
            LongConsumer steps = more -> bar.ifPresent(shown -> shown.stepBy(more));
            return hunters.hunt(steps);
        } finally {
            bar.ifPresent(ProgressBar::close);
        }
    }

    private Hunters workers(Plan plan, long size) {
        return cluster.workers(
                Hunters.Provider.class,
                (provider, master, folder, tells) -> provider.open(master, folder, plan, size, tells));
    }

    /** The matrix: the mutants that act, in words, and for each case and program the places of those that it notices. */
    private static String text(Score score) {
        JsonMapper json = new JsonMapper();
        Map<Integer, Integer> places = new HashMap<>();
        score.acting().forEach(number -> places.put(number, places.size()));
        List<Object> lines = new ArrayList<>();
        lines.add(Map.of(
                "mutants",
                score.acting().stream()
                        .map(number -> Mutants.of(number).toString())
                        .toList()));
        score.kills().forEach((by, kills) -> {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("by", by);
            line.put("kills", kills.stream().map(places::get).toList());
            lines.add(line);
        });
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(json.writeValueAsString(line)).append('\n'));
        return text.toString();
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
