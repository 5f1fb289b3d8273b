package org.gradtwin.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.gradtwin.fixture.FixtureException;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.reference.Alarms;
import org.gradtwin.reference.Exchange;
import org.gradtwin.reference.Jobs;
import org.gradtwin.reference.Recomputed;
import org.gradtwin.reference.Recomputed.State;
import org.gradtwin.reference.Regeneration;
import org.gradtwin.report.ReportFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fills fixtures with the numbers of PyTorch in Python and with tolerances, or checks them. */
@Command(
        name = "regenerate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Fills fixtures with PyTorch's numbers and with tolerances from Monte-Carlo arithmetic, by reference-scripts.",
            "Needs Python 3.10 or later with the torch of reference-scripts/requirements.txt: --python, else the project's"
                    + " .venv, else python3."
        },
        footer = {
            "",
            "Exit codes: 0 fine, 1 a number changed (--check), 2 wrong usage, 3 broken fixture, no Python or no torch.",
            "Example: java -jar target/gradtwin.jar regenerate --check fixtures/op/tanh.json"
        })
final class RegenerateCommand implements Callable<Integer> {
    /** Cases that are worth a process of their own, which loads PyTorch again. */
    private static final int WORTH_ONE = 8;

    private static final int SHOWN = 6;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = {
                "Fixtures, or folders of them.",
                "Without any, the project's cases that are new, or of which PyTorch gives other numbers than are recorded; with"
                        + " --check, --alarms or --fresh all of them."
            })
    private List<Path> files = List.of();

    @Option(names = "--check", description = "Write nothing; exit with 1 if a number changed.")
    private boolean check;

    @Option(names = "--plan", description = "List what would be computed.")
    private boolean plan;

    @Option(names = "--fresh", description = "Take new tolerances even where the recorded ones would stay.")
    private boolean fresh;

    @Option(
            names = "--alarms",
            paramLabel = "N",
            description =
                    "Write nothing; hold N fresh samples of each case against the recorded tolerances, exit with 1 if one"
                            + " is outside.")
    private @Nullable Integer alarms;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Processes that compute side by side (default: one a processor).")
    private int processes = Runtime.getRuntime().availableProcessors();

    @Option(names = "--verbose", description = "Show identical quantities too.")
    private boolean verbose;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            description = "The Python to run: its executable, as .venv/bin/python.")
    private @Nullable Path python;

    @Option(
            names = "--project",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where reference-scripts and fixtures are (default: here).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path project;

    @Option(
            names = "--fixtures",
            paramLabel = "DIR",
            description = "The folder from which the names of cases count (default: the project's fixtures).")
    private @Nullable Path fixtures;

    private final List<Regeneration> read = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<Regeneration> written = new HashSet<>();
    private String torch = "";

    @Override
    public Integer call() {
        requireUsage();
        Path root = project.normalize();
        Path script = root.resolve("reference-scripts").resolve("execute.py");
        if (!Files.isRegularFile(script)) {
            throw problem(
                    script + ": there is no such file: run from the project's directory, or name it with --project");
        }
        Path folder = fixtures == null ? root.resolve(FixtureSet.BUNDLED) : fixtures;
        for (Path file : chosen(folder)) {
            try {
                read.add(Regeneration.of(folder, file));
            } catch (FixtureException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (plan) {
            read.forEach(file -> numbers(file).mapToObj(file::plan).forEach(out::println));
            out.println(read.size() + " files, " + cases() + " cases");
            return ended(Main.AGREE);
        }
        Alarms tally = alarms == null ? null : new Alarms(alarms);
        Map<Regeneration, int[]> wanted = read.parallelStream()
                .collect(Collectors.toMap(
                        file -> file,
                        file -> numbers(file)
                                .filter(number -> isWanted(file, number))
                                .toArray()));
        List<Exchange.Request> requests = read.stream()
                // Trainings take minutes: were they last, all processes but one would wait for them.
                .sorted(Comparator.comparing(Regeneration::isTraining).reversed())
                .flatMap(file -> requests(file, wanted.getOrDefault(file, new int[0]), tally))
                .toList();
        if (!requests.isEmpty()) {
            ask(Python.find(python, root), script, requests);
        }
        if (tally != null) {
            tally.report().forEach(out::println);
            return ended(tally.any() ? Main.DISAGREE : Main.AGREE);
        }
        return reported(out);
    }

    private void requireUsage() {
        if (alarms != null && alarms < 1) {
            throw new ParameterException(spec.commandLine(), "--alarms: at least 1 sample is needed, not " + alarms);
        }
        if (alarms != null && (check || fresh)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--alarms: holds against what is recorded, and goes with neither --check nor --fresh");
        }
        if (processes < 1) {
            throw new ParameterException(spec.commandLine(), "--jobs: at least 1 process is needed, not " + processes);
        }
    }

    /** A folder stands for the fixtures in it, as for {@code verify --fixtures}. */
    private List<Path> chosen(Path folder) {
        List<Path> chosen = new ArrayList<>();
        for (Path file : files.isEmpty() ? List.of(folder) : files) {
            if (!Files.exists(file)) {
                throw new ParameterException(spec.commandLine(), file + ": no such file or folder");
            }
            if (!Files.isDirectory(file)) {
                chosen.add(file);
                continue;
            }
            try (Stream<Path> inside = Files.walk(file)) {
                inside.filter(path -> Files.isRegularFile(path)
                                && FixtureSet.isFixture(path.getFileName().toString()))
                        .sorted()
                        .forEach(chosen::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (chosen.isEmpty()) {
            throw new ParameterException(spec.commandLine(), folder + ": no fixtures in it");
        }
        return chosen;
    }

    private int cases() {
        return read.stream().mapToInt(Regeneration::size).sum();
    }

    private static IntStream numbers(Regeneration file) {
        return IntStream.range(0, file.size());
    }

    private boolean isWanted(Regeneration file, int number) {
        return alarms != null ? file.isSampled(number) : !files.isEmpty() || check || fresh || !file.isCurrent(number);
    }

    private Stream<Exchange.Request> requests(Regeneration file, int[] wanted, @Nullable Alarms tally) {
        if (wanted.length == 0 && tally == null) {
            write(file);
        }
        return Arrays.stream(wanted)
                .mapToObj(number -> new Exchange.Request(() -> file.job(number), answer -> {
                    file.answer(number, answer, Optional.ofNullable(tally));
                    if (tally == null && number == wanted[wanted.length - 1]) {
                        write(file);
                    }
                }));
    }

    private void ask(Python found, Path script, List<Exchange.Request> requests) {
        int side = Math.max(1, Math.min(processes, requests.size() / WORTH_ONE));
        Map<String, @Nullable Object> common = Jobs.common(side, fresh, alarms == null ? 0 : alarms);
        PrintWriter err = spec.commandLine().getErr();
        found.run(
                script,
                (to, from) -> {
                    try (Exchange exchange = new Exchange(to, from, common, requests)) {
                        torch = exchange.torch();
                        for (Exchange.Request request :
                                (Iterable<Exchange.Request>) Progress.told("regenerate", requests, err)::iterator) {
                            request.taker().accept(exchange.next());
                        }
                    }
                },
                err);
    }

    /** Each file is written once its last answer is there, so that a run that is interrupted leaves whole ones. */
    private void write(Regeneration file) {
        try {
            Optional<String> text = file.finish(torch);
            if (text.isPresent() && !check) {
                ReportFiles.write(file.path(), text.get());
                written.add(file);
            }
        } catch (FixtureException e) {
            file.problem(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            file.problem(String.valueOf(Objects.requireNonNull(e.getCause()).getMessage()));
        }
    }

    private int reported(PrintWriter out) {
        Map<State, Integer> counts = new EnumMap<>(State.class);
        for (Regeneration file : read) {
            file.recomputed().forEach(one -> counts.merge(one.state(), 1, Integer::sum));
            List<Recomputed> moved = file.recomputed().stream()
                    .filter(one -> verbose || one.state() != State.IDENTICAL)
                    .toList();
            long unrecorded = moved.stream().filter(Recomputed::isNew).count();
            boolean summed = unrecorded > SHOWN && !verbose;
            moved.stream().filter(one -> !summed || !one.isNew()).forEach(out::println);
            if (summed) {
                out.printf("%-12s  %s: %d quantities were not recorded%n", State.CHANGED.words(), file, unrecorded);
            }
            (verbose || written.contains(file) ? file.notes() : List.<String>of())
                    .forEach(note -> spec.commandLine().getErr().println("note: " + note));
        }
        int broken = problems.size()
                + read.stream().mapToInt(file -> file.problems().size()).sum();
        out.printf(
                "%d files, %d cases: %d identical, %d within noise, %d changed; %d written%s%n",
                read.size() + problems.size(),
                cases(),
                counts.getOrDefault(State.IDENTICAL, 0),
                counts.getOrDefault(State.WITHIN_NOISE, 0),
                counts.getOrDefault(State.CHANGED, 0),
                written.size(),
                broken == 0 ? "" : "; " + broken + " broken");
        return ended(check && counts.containsKey(State.CHANGED) ? Main.DISAGREE : Main.AGREE);
    }

    /** Tells what was refused: that weighs more than what was found. */
    private int ended(int code) {
        List<String> all = new ArrayList<>(problems);
        read.forEach(file -> all.addAll(file.problems()));
        all.forEach(one -> spec.commandLine().getErr().println("gradtwin: " + one));
        return all.isEmpty() ? code : Main.BROKEN;
    }

    private static UncheckedIOException problem(String message) {
        return new UncheckedIOException(new IOException(message));
    }
}
