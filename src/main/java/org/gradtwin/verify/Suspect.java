package org.gradtwin.verify;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What explains best why cases fail on an engine.
 *
 * @param kind what it is
 * @param engine the engine's name; of recorded numbers all engines
 * @param op the op, or those that cannot be told apart; null if it is none
 * @param failing cases in which the op is first off; without an op, those that fail
 * @param cases cases that apply the op; without an op, all, or all that PyTorch refuses
 * @param next of the cases that apply no suspect, the highest share that fails of any other op's
 * @param dtype the only type in which they fail, null if they fail in more, or the engine has one
 * @param what is thrown, or how many others there are; null of another kind
 */
public record Suspect(
        Kind kind,
        String engine,
        @Nullable String op,
        int failing,
        int cases,
        double next,
        @Nullable String dtype,
        @Nullable String what) {
    /** What can be suspected. */
    public enum Kind {
        /** The rule of an op. */
        OP,
        /** What an engine throws. */
        THROWN,
        /** That an engine computes what PyTorch refuses. */
        REFUSAL,
        /** What is common to all ops of an engine: accumulation, order, state. */
        GRAPH,
        /** Smaller ones, which are not told one by one. */
        OTHERS,
        /** The recorded numbers: all engines and the live PyTorch agree with each other, and not with them. */
        RECORD
    }

    /** The suspect in a line. */
    public String inWords() {
        String only = dtype == null ? "" : " (in " + dtype + " only)";
        return Printable.of(
                switch (kind) {
                    case OP ->
                        String.format(
                                Locale.ROOT,
                                "suspect: %s on %s, %,d of its %,d cases fail%s, nothing else above %.0f %%",
                                op,
                                engine,
                                failing,
                                cases,
                                only,
                                100 * next);
                    case THROWN ->
                        op == null
                                ? String.format(
                                        Locale.ROOT,
                                        "suspect: %s fails in %,d of %,d cases%s with %s",
                                        engine,
                                        failing,
                                        cases,
                                        only,
                                        what)
                                : String.format(
                                        Locale.ROOT,
                                        "suspect: %s on %s, %,d of its %,d cases fail%s with %s",
                                        op,
                                        engine,
                                        failing,
                                        cases,
                                        only,
                                        what);
                    case REFUSAL ->
                        String.format(
                                Locale.ROOT,
                                "suspect: %s computes what PyTorch refuses in %,d of %,d cases%s",
                                op == null ? engine : op + " on " + engine,
                                failing,
                                cases,
                                only);
                    case OTHERS ->
                        String.format(Locale.ROOT, "suspects: %s on %s, failing cases: %,d", what, engine, failing);
                    case GRAPH ->
                        String.format(
                                Locale.ROOT,
                                "suspect: the graph of %s (accumulation, order, state), %,d of %,d cases fail%s, and no few ops explain them",
                                engine,
                                failing,
                                cases,
                                only);
                    case RECORD ->
                        String.format(
                                Locale.ROOT,
                                "suspect: the recorded numbers of %,d of %,d cases: all engines and the live PyTorch agree, run regenerate",
                                failing,
                                cases);
                });
    }
}
