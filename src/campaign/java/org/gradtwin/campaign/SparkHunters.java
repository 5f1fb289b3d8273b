package org.gradtwin.campaign;

import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.gradtwin.mutants.Hunters;
import org.gradtwin.mutants.Plan;
import org.gradtwin.mutants.Score;

/** Hunts mutants on Spark. */
final class SparkHunters implements Hunters {
    /** Cases and programs of the largest part. */
    private static final long LARGEST = 2_500;

    private final Plan plan;
    private final long size;
    private final Parts<Score> parts;

    SparkHunters(JavaSparkContext spark, String folder, Plan plan, long size, Consumer<String> tells) {
        this.plan = plan;
        this.size = size;
        this.parts = new Parts<>(spark, folder, Score.class, tells);
    }

    /** What was noticed until now. */
    private static final class Sum implements Parts.Row<Score> {
        private final Plan plan;
        private final LongConsumer steps;
        private Score score = Score.NONE;

        Sum(Plan plan, LongConsumer steps) {
            this.plan = plan;
            this.steps = steps;
        }

        @Override
        public Function<Part, Score> work() {
            Plan sent = plan;
            // What the driver was given: what a worker has noticed in a part that it did not finish is lost.
            Score known = sent.matrix() ? Score.NONE : score;
            return part -> Worker.hunt(sent, part, known);
        }

        @Override
        public Score fresh(Score result) {
            return result;
        }

        @Override
        public boolean take(Score result, long count) {
            score = score.plus(result);
            steps.accept(count);
            return true;
        }
    }

    @Override
    public Score hunt(LongConsumer steps) {
        Sum sum = new Sum(plan, steps);
        long each = Math.min(LARGEST, Math.max(16, size / (16L * parts.slots())));
        parts.run(plan.toString(), "cases and programs", 0, size, each, sum);
        return sum.score;
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
