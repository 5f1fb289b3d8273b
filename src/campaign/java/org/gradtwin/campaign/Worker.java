package org.gradtwin.campaign;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.gradtwin.engine.Running;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.Shown;
import org.gradtwin.fuzz.Suspect;
import org.gradtwin.fuzz.Tally;
import org.gradtwin.mutants.Ground;
import org.gradtwin.mutants.Plan;
import org.gradtwin.mutants.Score;

/** What runs where Spark sends it. Engines are started once in each process, and serve all of its tasks. */
final class Worker {
    private static final Map<Examiner.Plan, Campaign> OPEN = new ConcurrentHashMap<>();

    private static final Map<Plan, Ground> GROUNDS = new ConcurrentHashMap<>();

    private Worker() {}

    /** The campaign in this process. */
    static Campaign open(Examiner.Plan plan) {
        return OPEN.computeIfAbsent(plan, Examiner.Plan::open);
    }

    /** Examines a part; one that failed before may have ended its process, and is given one of its own. */
    static Tally examine(Examiner.Plan plan, Part part) {
        return part.guarded() || TaskContext.get().attemptNumber() > 0
                ? Guard.examine(plan, part)
                : LongStream.range(part.from(), part.to())
                        .mapToObj(seed -> examine(plan, seed))
                        .reduce(Tally.of(List.of()), Tally::plus);
    }

    static Tally examine(Examiner.Plan plan, long seed) {
        return Running.during("seed " + seed, () -> Tally.of(List.of(open(plan).examine(seed))));
    }

    /** Hunts mutants with a part, but for those that are known to be noticed. */
    static Score hunt(Plan plan, Part part, Score known) {
        return GROUNDS.computeIfAbsent(plan, Plan::open).hunt(LongStream.range(part.from(), part.to()), known);
    }

    static Shown show(Examiner.Plan plan, Suspect suspect) {
        if (TaskContext.get().attemptNumber() > 0) {
            return Shown.unshrunk(suspect, "its worker was lost while it was made small");
        }
        return Running.during(
                "seed " + suspect.seed() + ", being shrunk", () -> Examiner.show(plan, open(plan), suspect, null));
    }
}
