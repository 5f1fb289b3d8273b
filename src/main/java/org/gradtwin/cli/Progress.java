package org.gradtwin.cli;

import java.util.List;
import java.util.Optional;
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
