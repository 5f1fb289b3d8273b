package org.gradtwin.campaign;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Suspect;
import org.gradtwin.fuzz.Tally;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Examines programs as partitions of Spark jobs. Spark gives the driver the result of each partition once, however often it was
 * run; it is written to the checkpoint, and handed on in the order of the seeds.
 */
final class SparkExaminer implements Examiner {
    /** Parts of a job for each core: few enough that a second job is soon at hand, so that none waits for the last of the first. */
    private static final int PARTS = 8;

    /** Programs of the largest part: about a minute of a core. */
    private static final long LARGEST = 2_500;

    private final JavaSparkContext spark;
    private final String folder;
    private final Plan plan;
    private final Consumer<String> tells;
    private final int slots;
    private @Nullable Checkpoint checkpoint;

    /** What the jobs of a campaign give, and why one failed. */
    private record Arrived(
            long from, @Nullable Tally tally, @Nullable Exception failure) {}

    SparkExaminer(JavaSparkContext spark, String folder, Plan plan, Consumer<String> tells) {
        this.spark = spark;
        this.folder = folder;
        this.plan = plan;
        this.tells = tells;
        this.slots = spark.defaultParallelism();
    }

    @Override
    public void examine(long from, long to, int block, Predicate<Tally> each) {
        // Where time is the limit the clock is read after each part.
        long most = to == Long.MAX_VALUE ? LARGEST / 10 : LARGEST;
        long fitting = Math.min(most, Math.max(16, (to - from) / (4L * slots)));
        String campaign = "gradtwin " + Objects.requireNonNullElse(version(), "of classes") + ", " + plan + ", seeds "
                + from + " to " + to + (block == 0 ? "" : " in blocks of " + block);
        Checkpoint kept = new Checkpoint(
                folder,
                spark.hadoopConfiguration(),
                new Checkpoint.Settings(campaign, block == 0 ? fitting : block, slots));
        checkpoint = kept;
        if (kept.size() > 0) {
            tells.accept(
                    "goes on: " + kept.size() + " parts of " + kept.settings().size() + " programs are in " + folder);
        }
        run(kept, from, to, each);
    }

    private static @Nullable String version() {
        return SparkExaminer.class.getPackage().getImplementationVersion();
    }

    private void run(Checkpoint kept, long from, long to, Predicate<Tally> each) {
        long size = kept.settings().size();
        // In local mode a program that ends the process ends the driver: it was among the first ones that are not
        // finished.
        int suspicious = kept.size() > 0 && spark.isLocal() ? kept.settings().slots() + slots : 0;
        BlockingQueue<Arrived> arriving = new LinkedBlockingQueue<>();
        Map<Long, Tally> arrived = new HashMap<>();
        Tally sum = Tally.of(List.of());
        ExecutorService jobs = Executors.newCachedThreadPool();
        int running = 0;
        long submitted = from;
        long next = from;
        try {
            while (next < to) {
                while (submitted < to && running <= PARTS * slots && submitted - next < 100L * PARTS * slots * size) {
                    List<Part> parts = new ArrayList<>();
                    while (submitted < to && parts.size() < PARTS * slots) {
                        long end = submitted < to - size ? submitted + size : to;
                        if (!kept.has(submitted)) {
                            parts.add(new Part(submitted, end, suspicious-- > 0));
                        }
                        submitted = end;
                    }
                    if (!parts.isEmpty()) {
                        running += parts.size();
                        jobs.execute(() -> run(parts, arriving));
                    }
                }
                Tally tally = arrived.remove(next);
                if (tally == null && kept.has(next)) {
                    tally = kept.get(next);
                }
                if (tally != null) {
                    next = next < to - size ? next + size : to;
                    sum = sum.plus(tally);
                    if (!each.test(tally)) {
                        return;
                    }
                } else {
                    Arrived one = arriving.take();
                    running--;
                    if (one.tally() == null) {
                        throw failed(Objects.requireNonNull(one.failure()));
                    }
                    Tally fresh = one.tally().after(sum);
                    kept.put(one.from(), fresh);
                    arrived.put(one.from(), fresh);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            jobs.shutdown();
            if (!spark.sc().isStopped()) {
                spark.sc().cancelAllJobs();
            }
        }
    }

    /** A job of a partition a part; it comes to its end before this does. */
    private void run(List<Part> parts, BlockingQueue<Arrived> arriving) {
        Plan sent = plan;
        try {
            spark.sc()
                    .runJob(
                            spark.parallelize(parts, parts.size())
                                    .map(part -> Worker.examine(sent, part))
                                    .rdd(),
                            (Function1<Iterator<Tally>, Tally> & Serializable) Iterator::next,
                            (index, tally) -> {
                                arriving.add(
                                        new Arrived(parts.get((Integer) index).from(), tally, null));
                                return BoxedUnit.UNIT;
                            },
                            ClassTag$.MODULE$.apply(Tally.class));
        } catch (Exception e) { // Scala does not declare what it throws
            arriving.add(new Arrived(0, null, e));
        }
    }

    /** What a partition threw as often as it was tried, in the words of whoever threw it. */
    private static EngineUnavailableException failed(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof EngineUnavailableException)) {
            cause = cause.getCause();
        }
        String says = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        return new EngineUnavailableException(says.lines().findFirst().orElse(says), e);
    }

    @Override
    public Shown show(Suspect suspect) {
        Plan sent = plan;
        try {
            return spark.parallelize(List.of(suspect), 1)
                    .map(one -> Worker.show(sent, one))
                    .first();
        } catch (Exception e) { // Scala does not declare what it throws
            throw failed(e);
        }
    }

    @Override
    public void done() {
        if (checkpoint != null) {
            checkpoint.done();
        }
    }

    @Override
    public void close() {
        spark.close();
    }
}
