package org.gradtwin.cli;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.gradtwin.report.Clock;
import org.gradtwin.report.Environment;
import org.gradtwin.report.RunReport;
import org.gradtwin.report.html.Dashboard;
import org.gradtwin.verify.TrainingTrial;
import org.gradtwin.verify.Trial;

/**
 * What a run has judged so far. Its report is written as the run goes, so that one is there, marked unfinished, whatever ends
 * the process; a signal or an exit of an engine leaves all that was judged.
 */
final class Judged implements AutoCloseable {
    /** Until the first report, and at least between two. */
    private static final long PERIOD = TimeUnit.SECONDS.toNanos(1);

    /** A report is written again after so many times what the last one took. */
    private static final int REST = 10;

    /** What a check takes while a report is written, and which part of the heap reports may take from the run. */
    private static final long BYTES = 256;

    private static final long PART = 8;

    private final LongAdder checks = new LongAdder();
    private final Queue<Trial> trials = new ConcurrentLinkedQueue<>();
    private final Queue<TrainingTrial> trainings = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Path folder;
    private final Clock clock;
    private final int selected;
    private final UnaryOperator<Environment> engines;

    /**
     * A run that begins.
     *
     * @param folder where the report goes
     * @param clock started with the run
     * @param selected how many cases and trainings it is about
     * @param engines adds the engines to the environment
     */
    Judged(Path folder, Clock clock, int selected, UnaryOperator<Environment> engines) {
        this.folder = folder;
        this.clock = clock;
        this.selected = selected;
        this.engines = engines;
        Thread writer = new Thread(this::writeAsItGoes, "gradtwin-report");
        writer.setDaemon(true);
        writer.start();
        Completion.lastWords(this::write);
    }

    Trial add(Trial trial) {
        checks.add(trial.checks().size());
        trials.add(trial);
        return trial;
    }

    TrainingTrial add(TrainingTrial trial) {
        checks.add(trial.checks().size());
        trainings.add(trial);
        return trial;
    }

    private void writeAsItGoes() {
        long wait = PERIOD;
        try {
            while (!ended.await(wait, TimeUnit.NANOSECONDS)) {
                long start = System.nanoTime();
                try {
                    // In a small heap a program would not find the memory that it needs.
                    if (BYTES * checks.sum() < Runtime.getRuntime().maxMemory() / PART) {
                        write();
                    }
                } catch (UncheckedIOException e) {
                    // The last report will not be written either, and say so; the run goes on.
                } catch (OutOfMemoryError e) {
                    // The run needs the memory more than this report; the last one is written when its own needs are
                    // over.
                }
                wait = Math.max(PERIOD, REST * (System.nanoTime() - start));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is judged so far, if anything is, and says so. */
    private synchronized String write() {
        if (ended.getCount() == 0) {
            return "the report is written";
        }
        RunReport run = RunReport.of(List.copyOf(trials), List.copyOf(trainings), engines.apply(Environment.current()));
        if (run.checks().isEmpty()) {
            return Completion.NOTHING;
        }
        String soFar = String.format(
                Locale.ROOT, "%,d of %,d cases were judged", run.summary().cases(), selected);
        Dashboard.write(folder, run.on(clock.now().unfinished("Unfinished: " + soFar)));
        return soFar + ", see " + folder.resolve("report.json");
    }

    /** Writes the report of the whole run, and lets go of what it is made of. */
    synchronized void finish(RunReport run) {
        ended.countDown();
        trials.clear();
        trainings.clear();
        Dashboard.write(folder, run);
    }

    /** Of a run that something ended, which is told by whoever threw it: writes what it has judged, if that can be. */
    @Override
    public void close() {
        try {
            write();
        } catch (RuntimeException | OutOfMemoryError e) {
            // Java's one error of this kind would be suppressed by itself.
        }
        ended.countDown();
        Completion.lastWords(null);
    }
}
