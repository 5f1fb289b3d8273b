package org.gradtwin.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Corpus;
import org.gradtwin.fuzz.Gathering;
import org.gradtwin.fuzz.KnownSuspects;
import org.gradtwin.report.CampaignReport;
import org.gradtwin.report.Environment;
import org.gradtwin.report.Pace;
import org.gradtwin.report.ReportFiles;
import org.gradtwin.report.html.CampaignPage;
import org.jspecify.annotations.Nullable;

/**
 * What a campaign leaves in a folder: the page, the same in numbers, and the programs that covered something new.
 *
 * @param folder null to leave nothing
 * @param mutated the programs that were mutated
 * @param explained what is counted as known
 * @param seed of the first program
 * @param options what the programs depend on besides seed and engines
 */
record FuzzReport(
        @Nullable Path folder,
        Campaign campaign,
        Corpus mutated,
        Gathering gathering,
        KnownSuspects explained,
        Pace pace,
        long seed,
        String options) {
    private static final String CORPUS = "corpus.json";

    /** Sees that there is a place, before a long run. */
    static void requirePlace(Path folder) {
        CampaignPage.requirePlace(folder);
        ReportFiles.requireFile(folder.resolve(CORPUS));
    }

    /** How far it has come. */
    String soFar() {
        return "seeds from " + (seed + gathering.tally().programs()) + " on were not examined";
    }

    /** Writes the page of a campaign that goes on: it is there, marked unfinished, whatever ends the process. */
    void writeAsItGoes() {
        try {
            page(soFar());
        } catch (UncheckedIOException e) {
            // The last page will not be written either, and say so; the campaign goes on.
        }
    }

    /**
     * Writes it.
     *
     * @param unfinished how far the campaign had come; null if it came to its end
     */
    void write(@Nullable String unfinished, PrintWriter out) {
        if (folder != null) {
            page(unfinished);
            out.println("  report     " + folder.resolve(CampaignPage.REPORT));
            out.println("  dashboard  " + folder.resolve("index.html"));
            out.flush();
            // The programs are made again, which takes its time.
            ReportFiles.write(
                    folder.resolve(CORPUS),
                    mutated.with(campaign, gathering.tally(), seed).text());
            out.println("  corpus     " + folder.resolve(CORPUS));
            out.flush();
        }
    }

    private synchronized void page(@Nullable String unfinished) {
        if (folder != null) {
            CampaignPage.write(
                    folder,
                    CampaignReport.of(
                            campaign.engines().stream().map(DescribedEngine::of).toList(),
                            seed,
                            gathering.tally(),
                            gathering.suspects(),
                            explained.inWords(),
                            options,
                            unfinished,
                            Environment.current(),
                            pace.now()));
        }
    }
}
