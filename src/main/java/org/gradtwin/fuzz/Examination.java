package org.gradtwin.fuzz;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.gradtwin.engine.Task;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;

/**
 * What came of one program.
 *
 * @param checks tensors that were compared
 * @param sharp how many of them were made under a tolerance that shows a relative error of 1e-9 in float64, of 0.01 in float32
 * @param skipped at most one an engine and type
 * @param twinFaults at most one an engine and type
 * @param findings at most one an engine and type
 * @param cells what it covers, each {@link Cell} with the seed
 */
public record Examination(
        int checks,
        int sharp,
        List<Skip> skipped,
        List<TwinFault> twinFaults,
        List<Finding> findings,
        NavigableMap<String, Long> cells) {
    /** Immutable copies. */
    public Examination {
        twinFaults = List.copyOf(twinFaults);
        skipped = List.copyOf(skipped);
        findings = List.copyOf(findings);
        cells = Collections.unmodifiableNavigableMap(new TreeMap<>(cells));
    }

    /** An engine that lacks an op of a program: it was not compared. */
    public record Skip(String engine, Op op) {}

    /**
     * A program of which the twin is wrong in a type: it refuses what the ops' rules take, or is off where the engine is not. It shows
     * nothing of the engines.
     */
    public record TwinFault(long seed, DType dtype, Task task, String reason) {
        /** The seed, the reason and the program, for a reader. */
        public String message() {
            return "the twin is wrong in the program of seed " + seed + " (" + dtype.torchName() + "): " + reason
                    + "\n\n    " + String.join("\n    ", task.program().lines()) + "\n";
        }
    }
}
