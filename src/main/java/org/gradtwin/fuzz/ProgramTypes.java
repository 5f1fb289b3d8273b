package org.gradtwin.fuzz;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;

/** In which types each program of a campaign runs. */
public final class ProgramTypes {
    /** Of four programs, three run in float64, in which a smaller error shows, and one in float32, in which numbers overflow earlier. */
    private static final int CYCLE = 4;

    private final Set<DType> all;
    private final boolean one;

    private ProgramTypes(Set<DType> all, boolean one) {
        // In the same order in every process: Set.copyOf has one of its own in each.
        this.all = Collections.unmodifiableSet(EnumSet.copyOf(all));
        this.one = one;
    }

    /** Each program in all of these types. */
    public static ProgramTypes each(Set<DType> dtypes) {
        return new ProgramTypes(dtypes, false);
    }

    /**
     * Each program in float32 or in float64, by its seed: what is wrong in one type is wrong in the other, but for few faults, and in the
     * same time twice as many programs run.
     */
    public static ProgramTypes bySeed() {
        return new ProgramTypes(EnumSet.of(DType.FLOAT32, DType.FLOAT64), true);
    }

    /** All types that occur. */
    Set<DType> all() {
        return all;
    }

    /** The types that programs run in where engines compute in these alone. */
    ProgramTypes among(Set<DType> dtypes) {
        Set<DType> left = EnumSet.copyOf(all);
        left.retainAll(dtypes);
        return new ProgramTypes(left, one);
    }

    /** Those of the program of a seed: none in which one of its ops is not drawn. */
    Set<DType> of(long seed, Program program) {
        Set<DType> drawn = EnumSet.noneOf(DType.class);
        all.stream()
                .filter(dtype -> program.ops().stream().allMatch(op -> op.isDrawnIn(dtype)))
                .forEach(drawn::add);
        if (one && drawn.size() > 1) {
            drawn.remove(Math.floorMod(seed / Campaign.ROUND, CYCLE) == CYCLE - 1 ? DType.FLOAT64 : DType.FLOAT32);
        }
        return drawn;
    }
}
