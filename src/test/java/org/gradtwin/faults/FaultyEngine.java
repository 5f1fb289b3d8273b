package org.gradtwin.faults;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * A define-by-run engine with at most one fault. Without a fault it is right: ops are the matrix engine's one by one, the
 * sweep and the accumulation are its own.
 */
final class FaultyEngine implements Engine {
    private final @Nullable Fault fault;

    /** What earlier graphs have left behind, by form and position; only faults read it. */
    final Map<String, double @Nullable [][]> memory = new HashMap<>();

    private FaultyEngine(@Nullable Fault fault) {
        this.fault = fault;
    }

    /** An engine without a fault. */
    static FaultyEngine right() {
        return new FaultyEngine(null);
    }

    /** An engine with one fault. */
    static FaultyEngine with(Fault fault) {
        return new FaultyEngine(fault);
    }

    Optional<Fault> fault() {
        return Optional.ofNullable(fault);
    }

    @Override
    public String name() {
        return fault == null ? "right" : fault.name();
    }

    @Override
    public Graph<?> newGraph(DType dtype) {
        return new FaultyGraph(this, dtype);
    }
}
