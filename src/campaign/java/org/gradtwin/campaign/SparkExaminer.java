package org.gradtwin.campaign;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Suspect;
import org.gradtwin.fuzz.Tally;

/** Examines programs on Spark. */
final class SparkExaminer implements Examiner {
    /** Programs of the largest part: about a minute of a core. */
    private static final long LARGEST = 2_500;

    private final JavaSparkContext spark;
    private final Plan plan;
    private final Parts<Tally> parts;

    SparkExaminer(JavaSparkContext spark, String folder, Plan plan, Consumer<String> tells) {
        this.spark = spark;
        this.plan = plan;
        this.parts = new Parts<>(spark, folder, Tally.class, tells);
    }

    @Override
    public void examine(long from, long to, int block, Predicate<Tally> each) {
        // Where time is the limit the clock is read after each part.
        long most = to == Long.MAX_VALUE ? LARGEST / 10 : LARGEST;
        long fitting = Math.min(most, Math.max(16, (to - from) / (4L * parts.slots())));
        String campaign = plan + ", seeds " + from + " to " + to + (block == 0 ? "" : " in blocks of " + block);
        parts.run(campaign, "programs", from, to, block == 0 ? fitting : block, new Parts.Row<>() {
            private Tally sum = Tally.of(List.of());

            @Override
            public Function<Part, Tally> work() {
                Plan sent = plan;
                return part -> Worker.examine(sent, part);
            }

            @Override
            public Tally fresh(Tally tally) {
                return tally.after(sum);
            }

            @Override
            public boolean take(Tally tally, long count) {
                sum = sum.plus(tally);
                return each.test(tally);
            }
        });
    }

    @Override
    public Shown show(Suspect suspect) {
        Plan sent = plan;
        try {
            return spark.parallelize(List.of(suspect), 1)
                    .map(one -> Worker.show(sent, one))
                    .first();
        } catch (Exception e) { // Scala does not declare what it throws
            throw Parts.failed(e);
        }
    }

    @Override
    public void done() {
        parts.done();
    }

    @Override
    public void close() {
        parts.close();
    }
}
