package org.gradtwin.cli;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.fuzz.Campaign;
import org.gradtwin.fuzz.Corpus;
import org.gradtwin.fuzz.Examiner;
import org.gradtwin.fuzz.ProgramTypes;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;

/**
 * A campaign as the command line names it.
 *
 * @param engines names, classes or commands of the engines
 * @param dtypes names of the types that each program runs in; empty for one of both, by its seed
 * @param limit how long an engine may take over a program
 * @param isolate whether engines in Java have processes of their own
 * @param corpus a fixture whose programs are mutated; "" where programs are made of nothing
 * @param ops names of ops, or groups of ops, that programs are made of; empty for all
 * @param without names of those that no program has
 */
record FuzzPlan(
        List<String> engines,
        List<String> dtypes,
        Duration limit,
        boolean isolate,
        String corpus,
        List<String> ops,
        List<String> without)
        implements Examiner.Plan {
    FuzzPlan {
        engines = List.copyOf(engines);
        dtypes = List.copyOf(dtypes);
        ops = List.copyOf(ops);
        without = List.copyOf(without);
    }

    @Override
    public Campaign open() {
        Engines known = new Engines(limit, isolate);
        List<Engine> chosen;
        try {
            chosen = known.named(engines);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--engine: " + e.getMessage(), e);
        }
        if (chosen.contains(known.twin())) {
            throw new IllegalArgumentException(
                    "--engine: " + known.twin().name() + " is what engines are held against, not one of them");
        }
        Set<Op> drawn = Ops.named(ops);
        Set<Op> none = Ops.named(without);
        ProgramTypes types = types();
        Corpus programs = corpus.isEmpty() ? Corpus.NONE : Corpus.of(corpus, "--corpus");
        try {
            return new Campaign(known.twin(), known.reference(), chosen, types, programs, drawn, none);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    (drawn.isEmpty() && none.isEmpty() ? "--dtype: " : "") + e.getMessage(), e);
        }
    }

    private ProgramTypes types() {
        try {
            return dtypes.isEmpty()
                    ? ProgramTypes.bySeed()
                    : ProgramTypes.each(dtypes.stream()
                            .map(Types::of)
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(DType.class))));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--dtype: " + e.getMessage(), e);
        }
    }

    /** The same for workers elsewhere, where there is no {@code engines.json}; what is isolated is a command there. */
    FuzzPlan of(List<Engine> open) {
        List<String> choices = open.stream()
                .map(Engine::name)
                .map(name -> DescribedEngine.choiceOf(name).orElse(name))
                .toList();
        return new FuzzPlan(choices, dtypes, limit, false, corpus, ops, without);
    }

    @Override
    public String toString() {
        return "engines " + engines + ", types " + (dtypes.isEmpty() ? "by seed" : dtypes) + ", " + limit.toSeconds()
                + " s a program"
                + (corpus.isEmpty() ? "" : ", corpus " + Integer.toHexString(corpus.hashCode()))
                + (ops.isEmpty() ? "" : ", ops " + ops)
                + (without.isEmpty() ? "" : ", without " + without);
    }

    @Override
    public Engine fresh(String engine) {
        return new Engines(limit, false)
                .named(List.of(DescribedEngine.choiceOf(engine).orElse(engine)))
                .get(0);
    }
}
