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
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.gradtwin.engine.EngineUnavailableException;
import org.jspecify.annotations.Nullable;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Works off a row of numbers, seeds or cases, as partitions of Spark jobs. Spark gives the driver the result of each partition once, however
 * often it was run; it is written to the checkpoint, and handed on in the order of the row.
 */
final class Parts<T> implements AutoCloseable {
    /** Parts of a job for each core: few enough that a second job is soon at hand, so that none waits for the last of the first. */
    private static final int PARTS = 8;

    private final JavaSparkContext spark;
    private final String folder;
    private final Class<T> type;
    private final Consumer<String> tells;
    private final int slots;
    private @Nullable Checkpoint<T> checkpoint;

    /** What the jobs give, and why one failed. */
    private record Arrived<T>(
            long from, @Nullable T result, @Nullable Exception failure) {}

    /** What is done with the parts. */
    interface Row<T> {
        /** What runs where Spark sends it; asked for each job. */
        Function<Part, T> work();

        /** What is new of a result, and kept. */
        T fresh(T result);

        /** Takes the result over so many, in the order of the row; false ends it there. */
        boolean take(T result, long count);
    }

    Parts(JavaSparkContext spark, String folder, Class<T> type, Consumer<String> tells) {
        this.spark = spark;
        this.folder = folder;
        this.type = type;
        this.tells = tells;
        this.slots = spark.defaultParallelism();
    }

    /** How many parts are worked on at once. */
    int slots() {
        return slots;
    }

    /**
     * Works off a row, from where it was left.
     *
     * @param campaign all that the results depend on
     * @param what of which each part has so many
     * @param size how many
     */
    void run(String campaign, String what, long from, long to, long size, Row<T> row) {
        String version = Objects.requireNonNullElse(Parts.class.getPackage().getImplementationVersion(), "of classes");
        Checkpoint<T> kept = new Checkpoint<>(
                folder,
                spark.hadoopConfiguration(),
                new Checkpoint.Settings("gradtwin " + version + ", " + campaign, size, slots),
                type);
        checkpoint = kept;
        if (kept.size() > 0) {
            tells.accept("goes on: " + kept.size() + " parts of "
                    + kept.settings().size() + " " + what + " are in " + folder);
        }
        run(kept, from, to, row);
    }

    private void run(Checkpoint<T> kept, long from, long to, Row<T> row) {
        long size = kept.settings().size();
        // In local mode a program that ends the process ends the driver: it was among the first ones that are not
        // finished.
        int suspicious = kept.size() > 0 && spark.isLocal() ? kept.settings().slots() + slots : 0;
        BlockingQueue<Arrived<T>> arriving = new LinkedBlockingQueue<>();
        Map<Long, T> arrived = new HashMap<>();
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
                        Function<Part, T> work = row.work();
                        jobs.execute(() -> run(work, parts, arriving));
                    }
                }
                T result = arrived.remove(next);
                if (result == null && kept.has(next)) {
                    result = kept.get(next);
                }
                if (result != null) {
                    long end = next < to - size ? next + size : to;
                    if (!row.take(result, end - next)) {
                        return;
                    }
                    next = end;
                } else {
                    Arrived<T> one = arriving.take();
                    running--;
                    if (one.result() == null) {
                        throw failed(Objects.requireNonNull(one.failure()));
                    }
                    T fresh = row.fresh(one.result());
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
    private void run(Function<Part, T> work, List<Part> parts, BlockingQueue<Arrived<T>> arriving) {
        try {
            spark.sc()
                    .runJob(
                            spark.parallelize(parts, parts.size()).map(work).rdd(),
                            (Function1<Iterator<T>, T> & Serializable) Iterator::next,
                            (index, result) -> {
                                arriving.add(
                                        new Arrived<>(parts.get((Integer) index).from(), result, null));
                                return BoxedUnit.UNIT;
                            },
                            ClassTag$.MODULE$.apply(type));
        } catch (Exception e) { // Scala does not declare what it throws
            arriving.add(new Arrived<>(0, null, e));
        }
    }

    /** What a partition threw as often as it was tried, in the words of whoever threw it. */
    static EngineUnavailableException failed(Exception e) {
        Throwable cause = e;
        while (cause.getCause() != null && !(cause instanceof EngineUnavailableException)) {
            cause = cause.getCause();
        }
        String says = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        return new EngineUnavailableException(says.lines().findFirst().orElse(says), e);
    }

    /** The results were told: the next row begins anew. */
    void done() {
        if (checkpoint != null) {
            checkpoint.done();
        }
    }

    @Override
    public void close() {
        spark.close();
    }
}
