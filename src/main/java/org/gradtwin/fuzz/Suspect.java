package org.gradtwin.fuzz;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.gradtwin.tensor.DType;

/**
 * Runs in which an engine goes wrong in the same way at the same ops. Plain, so that it can be sent and kept: the seed gives the
 * program back. What explains best what fails of the corpus is {@code org.gradtwin.verify.Suspect}, another type.
 *
 * @param engine the engine's name
 * @param what it does wrong, in words
 * @param ops where: the ops, one of which is at fault; where an engine fails at none of them, the step
 * @param seed of the first program
 * @param dtype in which that was run
 * @param runs how many there are
 */
public record Suspect(String engine, String what, List<String> ops, long seed, DType dtype, long runs)
        implements Serializable {
    /** An immutable copy. */
    public Suspect {
        ops = List.copyOf(ops);
    }

    /** Whether the fault that another one shows may be this one's: one of the ops here can be no other than there. */
    boolean isExplainedBy(Suspect other) {
        return engine.equals(other.engine)
                && what.equals(other.what)
                && (ops.equals(other.ops) || (!other.ops.isEmpty() && ops.containsAll(other.ops)));
    }

    /** The same with more runs. */
    Suspect plus(long more) {
        return new Suspect(engine, what, ops, seed, dtype, runs + more);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s on %s, %s: %,d %s, the first of seed %d",
                String.join(" or ", ops),
                engine,
                what,
                runs,
                runs == 1 ? "run" : "runs",
                seed);
    }
}
