package org.gradtwin.report.html;

import j2html.tags.DomContent;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.gradtwin.report.Badge;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.RunReport;

/** The page that a run leaves beside its report. */
public final class Dashboard {
    private static final List<String> FILES = List.of("report.json", "badge.json", Page.FILE);

    private Dashboard() {}

    /**
     * Sees that {@link #write} will find a place, before a long run.
     *
     * @throws UncheckedIOException if the folder cannot be made or written, or if one is where a file should be
     */
    public static void requirePlace(Path folder) {
        FILES.forEach(name -> ReportFiles.requireFile(folder.resolve(name)));
    }

    /**
     * Writes {@code report.json}, {@code badge.json} and {@code index.html} into a folder.
     *
     * @throws UncheckedIOException if the folder cannot be made or written
     */
    public static void write(Path folder, RunReport run) {
        ReportFiles.write(folder.resolve("report.json"), ReportFiles.json(run));
        ReportFiles.write(folder.resolve("badge.json"), Badge.of(run).json());
        Page.write(folder, "report.json", () -> page(List.of(run)));
    }

    /**
     * The page about the last of several runs, with the trend over all of them; the same bytes for the same reports.
     *
     * @param runs the oldest first
     * @throws IllegalArgumentException if there are none
     */
    public static String page(List<RunReport> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("a page about 0 runs");
        }
        RunReport run = runs.get(runs.size() - 1);
        String result = run.passes() ? "pass" : "fail";
        return Page.of(
                "gradtwin: " + result + ", " + Phrases.verdict(run),
                () -> new VerdictSection(run).content(),
                places(runs),
                contents(runs, run),
                "gradtwin " + run.environment().gradtwin() + ", report format " + run.format(),
                Page.resource("dashboard.js"));
    }

    private static Map<String, Supplier<DomContent>> contents(List<RunReport> runs, RunReport run) {
        Map<String, Supplier<DomContent>> contents = new LinkedHashMap<>();
        contents.put("failures", () -> new FailureCards(run).content());
        contents.put("trend", () -> new Trends(runs).content());
        contents.put("operations", () -> new OpGrid(run).content());
        contents.put("headroom", () -> new Plots(run).content());
        contents.put("drift", () -> new DriftSection(run).content());
        contents.put("alone", () -> new AloneSection(run).content());
        contents.put("training", () -> new TrainingSection(run).content());
        contents.put("cases", () -> new CaseSections(run).inFull());
        contents.put("list", () -> new CheckList(run).content());
        contents.put("all-cases", () -> new CaseSections(run).all());
        contents.put("terms", Terms::content);
        return contents;
    }

    /** The places that the navigation leads to, with their titles. */
    private static Map<String, String> places(List<RunReport> runs) {
        Map<String, String> places = new LinkedHashMap<>();
        places.put("failures", "Disagreements");
        if (runs.size() > 1) {
            places.put("trend", "Trend");
        }
        places.put("operations", "Operations");
        places.put("uncovered", "Uncovered");
        places.put("skipped", "Skipped");
        places.put("headroom", "Headroom");
        places.put("drift", "Drift");
        if (!new AloneSection(runs.get(runs.size() - 1)).isEmpty()) {
            places.put("alone", "PyTorch alone");
        }
        if (!runs.get(runs.size() - 1).training().isEmpty()) {
            places.put("training", "Training");
        }
        places.put("cases", "Cases in full");
        places.put("list", "All checks");
        places.put("all-cases", "All cases");
        places.put("terms", "Terms");
        return places;
    }
}
