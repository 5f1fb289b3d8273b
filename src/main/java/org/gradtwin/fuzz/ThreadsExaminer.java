package org.gradtwin.fuzz;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.gradtwin.engine.Running;

/** Examines programs in the threads of this process. */
public final class ThreadsExaminer implements Examiner {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    /** Programs that are examined before findings are shown, at first, enough for every thread to have some. */
    private static final int FIRST = 64 * THREADS;

    /** So many later, for a thread that is done waits for the others; fewer where an engine is slow. */
    private static final int BLOCK = 512 * THREADS;

    private final Plan plan;
    private final Campaign campaign;
    private List<Examination> last = List.of();

    /** With an open campaign. */
    public ThreadsExaminer(Plan plan, Campaign campaign) {
        this.plan = plan;
        this.campaign = campaign;
    }

    @Override
    public void examine(long from, long to, int block, Predicate<Tally> each) {
        int size = block == 0 ? FIRST : block;
        long start = from;
        long end;
        do {
            long began = System.nanoTime();
            end = start < to - size ? start + size : to;
            last = LongStream.range(start, end)
                    .parallel()
                    .mapToObj(seed -> Running.during("seed " + seed, () -> campaign.examine(seed)))
                    .toList();
            double seconds = (System.nanoTime() - began) / 1e9;
            size = block == 0 ? (int) Math.max(THREADS, Math.min(BLOCK, last.size() / seconds)) : block;
            start = end;
        } while (each.test(Tally.of(last)) && end < to);
    }

    @Override
    public Shown show(Suspect suspect) {
        Finding found = last.stream()
                .flatMap(examination -> examination.findings().stream())
                .filter(finding -> finding.seed() == suspect.seed()
                        && finding.engine().equals(suspect.engine())
                        && finding.dtype() == suspect.dtype())
                .findFirst()
                .orElse(null);
        return Running.during(
                "seed " + suspect.seed() + ", being shrunk", () -> Examiner.show(plan, campaign, suspect, found));
    }

    @Override
    public void done() {}

    @Override
    public void close() {}
}
