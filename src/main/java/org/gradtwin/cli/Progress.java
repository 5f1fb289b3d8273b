package org.gradtwin.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on standard error, for people: it stays away when output does not go to a terminal. */
final class Progress {
    private Progress() {}

    /** The items as a stream that moves a bar along. */
    static <T> Stream<T> over(String task, List<T> items) {
        return isSeen() ? ProgressBar.wrap(items.stream(), builder(task)) : items.stream();
    }

    /** The same, with a line each ten seconds where nobody sees a bar: for work of hours. */
    static <T> Stream<T> told(String task, List<T> items, PrintWriter err) {
        return isSeen() ? over(task, items) : lines(task, items, err, TimeUnit.SECONDS.toNanos(10));
    }

    static <T> Stream<T> lines(String task, List<T> items, PrintWriter err, long period) {
        AtomicLong next = new AtomicLong(System.nanoTime() + period);
        AtomicInteger done = new AtomicInteger();
        return items.stream().peek(item -> {
            if (System.nanoTime() - next.get() >= 0) {
                err.println(task + "  " + done + " of " + items.size());
                next.addAndGet(period);
            }
            done.incrementAndGet();
        });
    }

    /** A bar that is moved by hand, to be closed at the end; empty if nobody sees it. */
    static Optional<ProgressBar> bar(String task, long steps) {
        return isSeen() ? Optional.of(builder(task).setInitialMax(steps).build()) : Optional.empty();
    }

    private static boolean isSeen() {
        return Interactive.isPresent() && System.getenv("CI") == null;
    }

    private static ProgressBarBuilder builder(String task) {
        return ProgressBar.builder()
                .setTaskName(task)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(500)
                .clearDisplayOnFinish();
    }
}
