package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.language.Op;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.KnownFailures;

/**
 * Random programs, each evaluated by the twin and by every engine, compared under a tolerance derived for that program
 * (see {@link Rounding}), and made small where an engine disagrees. Used by any number of threads.
 */
public final class Campaign {
    /** Of so many programs, all but one are of one op: most faults are an op's. */
    static final int ROUND = 8;

    private final Engine twin;
    private final List<Engine> engines;
    private final ProgramTypes types;
    private final Engine reference;
    private final Support support;
    private final Set<Op> lacking;
    private final LongFunction<Drawn> programs;
    private final Probes probes;
    private final boolean exacting;
    private final boolean mutates;
    private final Arbiter arbiter;

    /**
     * A campaign. The programs for an engine alone are made without the ops that it lacks; several engines get the same ones, and
     * what one of them lacks is skipped.
     *
     * @param twin what is right
     * @param reference computes in float64 what programs are made with, and how far rounding moves them
     * @param engines what is held against it, in each of the types that the engine computes in
     * @param dtypes float64, float32 or both
     * @throws IllegalArgumentException if there is nothing to compare: no engine computes in one of the types
     */
    public Campaign(Engine twin, Engine reference, List<Engine> engines, Set<DType> dtypes) {
        this(twin, reference, engines, dtypes, Corpus.NONE);
    }

    /** The same, of programs that are made of a corpus unless that is empty. */
    public Campaign(Engine twin, Engine reference, List<Engine> engines, Set<DType> dtypes, Corpus corpus) {
        this(twin, reference, engines, ProgramTypes.each(dtypes), corpus, Set.of(), Set.of());
    }

    /**
     * The same, of some ops.
     *
     * @param types in which types each program runs
     * @param drawn what programs are made of, and what brings operands into their domain; any op if empty
     * @param without what no program has
     * @throws IllegalArgumentException likewise if no op is left that an engine alone has
     */
    public Campaign(
            Engine twin,
            Engine reference,
            List<Engine> engines,
            ProgramTypes types,
            Corpus corpus,
            Set<Op> drawn,
            Set<Op> without) {
        Set<DType> computed = EnumSet.noneOf(DType.class);
        engines.forEach(engine -> computed.addAll(engine.dtypes()));
        if (Collections.disjoint(computed, types.all())) {
            throw new IllegalArgumentException("nothing to compare: none of "
                    + engines.stream().map(Engine::name).toList() + " computes in "
                    + types.all().stream().map(DType::torchName).collect(Collectors.joining(" or ")));
        }
        this.twin = twin;
        this.reference = reference;
        this.engines = List.copyOf(engines);
        this.types = types.among(computed);
        Support all = engines.size() == 1 ? Support.of(reference, engines.get(0), in(engines.get(0))) : Support.ALL;
        this.lacking = all.lacking();
        Support left = all.without(without);
        this.support = engines.stream()
                        .filter(engine -> !Collections.disjoint(engine.dtypes(), types.all()))
                        .allMatch(engine -> Support.tiesAsTwin(twin, engine, in(engine)))
                ? left
                : left.withoutTies();
        List<Op> ops = ProgramGenerator.drawn().stream()
                .filter(op -> drawn.isEmpty() || drawn.contains(op))
                .filter(op -> !support.lacking().contains(op))
                .toList();
        if (ops.isEmpty()) {
            throw new IllegalArgumentException("no op is left to make programs of"
                    + (lacking.isEmpty()
                            ? ""
                            : ": the others are not chosen, or "
                                    + engines.get(0).name() + " lacks them"));
        }
        this.mutates = !corpus.programs().isEmpty();
        this.exacting = engines.stream().allMatch(Engine::claimsPyTorch);
        this.probes = new Probes(reference, ops, support, exacting);
        List<Op> amongOthers = ops.stream().filter(Op::isDrawnAmongOthers).toList();
        List<Op> composed = amongOthers.isEmpty() ? ops : amongOthers;
        this.programs = corpus.programs().isEmpty()
                ? new ProgramGenerator(reference, composed, ProgramGenerator.STATEMENTS, support)::draw
                : mutations(new Mutator(corpus.programs(), composed, this::isUsable));
        this.arbiter = new Arbiter(reference, engines.stream().map(Engine::name).toList());
    }

    private static LongFunction<Drawn> mutations(Mutator mutator) {
        return seed -> new Drawn(mutator.mutate(seed), null);
    }

    /** A type that an engine computes in. */
    private DType in(Engine engine) {
        return types.all().stream()
                .filter(engine.dtypes()::contains)
                .findFirst()
                .orElseThrow();
    }

    /** What those engines are known to get wrong. */
    public KnownSuspects known(KnownFailures failures) {
        return KnownSuspects.of(twin, engines, failures);
    }

    /** What is held against the twin. */
    public List<Engine> engines() {
        return engines;
    }

    /** The ops that no program has, because the only engine lacks them. */
    public Set<Op> lacking() {
        return lacking;
    }

    /** The ops that programs have only as the only engine takes them: it lacks some uses. */
    public Set<Op> partial() {
        return support.partial();
    }

    /** Whether elements tie in some programs: not where an engine shares gradients among ties in its own way. */
    public boolean ties() {
        return support.ties();
    }

    /** The program of a seed. */
    public Task program(long seed) {
        return draw(seed).task();
    }

    private Drawn draw(long seed) {
        return (isProbe(seed) ? probes.generate(seed) : Optional.<Drawn>empty()).orElseGet(() -> programs.apply(seed));
    }

    private boolean isProbe(long seed) {
        return seed % ROUND != 0 && !mutates;
    }

    /** Makes the program of a seed and has every engine evaluate it. */
    public Examination examine(long seed) {
        return examine(seed, draw(seed));
    }

    /** The same of a program that is given. */
    Examination examine(long seed, Task task) {
        return examine(seed, new Drawn(task, null));
    }

    private Examination examine(long seed, Drawn drawn) {
        Task task = drawn.task();
        int checks = 0;
        int sharp = 0;
        List<Examination.Skip> skipped = new ArrayList<>();
        List<Examination.TwinFault> twinFaults = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        Rounding.Spreads spreads = arbiter.spreads(drawn, seed);
        for (DType dtype : types.of(seed, task.program())) {
            Evaluation expected;
            try {
                expected = Evaluator.evaluate(twin, task, dtype);
            } catch (EvaluationException e) {
                String reason = Objects.requireNonNullElse(e.getMessage(), e.toString());
                if (Arbiter.refusal(reference, task, DType.FLOAT64).isEmpty()) {
                    twinFaults.add(new Examination.TwinFault(seed, dtype, task, "it is refused: " + reason));
                    continue;
                }
                // There is no answer to give: the refusal is what is compared.
                for (Engine engine : in(dtype)) {
                    arbiter.answered(seed, engine, task, dtype, reason).ifPresent(findings::add);
                    checks++;
                    sharp++;
                }
                continue;
            }
            for (Engine engine : in(dtype)) {
                try {
                    Optional<Finding> finding =
                            arbiter.examine(seed, engine, drawn, expected, spreads, twinFaults::add);
                    finding.ifPresent(findings::add);
                    if (finding.map(Finding::quantity).isPresent() || finding.isEmpty()) {
                        for (Map.Entry<Quantity, Optional<Tensor>> of :
                                expected.quantities().entrySet()) {
                            Tolerance tolerance = spreads.tolerance(of.getKey(), dtype);
                            checks += of.getValue().isPresent() ? 1 : 0;
                            sharp += Rounding.isSharp(of.getValue(), tolerance, dtype) ? 1 : 0;
                        }
                    }
                } catch (UnsupportedOpException e) {
                    skipped.add(new Examination.Skip(engine.name(), e.op()));
                }
            }
        }
        NavigableMap<String, Long> cells = new TreeMap<>();
        Cell.of(task).forEach(cell -> cells.put(cell, seed));
        return new Examination(checks, sharp, skipped, twinFaults, findings, cells);
    }

    /** The engines that compute in a type. */
    private List<Engine> in(DType dtype) {
        return engines.stream()
                .filter(engine -> engine.dtypes().contains(dtype))
                .toList();
    }

    /**
     * The smallest program that was found in which the same engine still disagrees in the same way, away from kinks. It is run once
     * more in a new engine: one that agrees there is off because of what ran before, and the finding says so.
     *
     * @param fresh makes the engine anew
     */
    public Finding shrink(Finding finding, Supplier<Engine> fresh) {
        Engine engine = engines.stream()
                .filter(candidate -> candidate.name().equals(finding.engine()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no engine '" + finding.engine() + "' takes part"));
        if (again(finding, engine, finding.task()).isEmpty()) {
            // What the reference cannot judge is shown as it is.
            return again(finding, engine, finding.task(), true).isEmpty() ? finding.unrepeatable() : finding;
        }
        Task task = new Shrinker(
                        reference,
                        candidate -> again(finding, engine, candidate).isPresent(),
                        2_000)
                .shrink(finding.task());
        Finding small = again(finding, engine, task).orElseGet(finding::unrepeatable);
        return again(finding, fresh.get(), task).isPresent() ? small : small.ofState(finding.task());
    }

    /** An engine on another task; empty if it is not off in the same way, or the task is none that the reference can judge. */
    private Optional<Finding> again(Finding finding, Engine engine, Task task) {
        return again(finding, engine, task, false);
    }

    private Optional<Finding> again(Finding finding, Engine engine, Task task, boolean anywhere) {
        if (Arbiter.refusal(reference, task, DType.FLOAT64).isPresent()) {
            return Arbiter.refusal(engine, finding.task(), finding.dtype()).isPresent()
                    ? Optional.empty()
                    : Arbiter.refusal(twin, task, finding.dtype())
                            .flatMap(words -> arbiter.answered(finding.seed(), engine, task, finding.dtype(), words));
        }
        try {
            if (!anywhere && !(isProbe(finding.seed()) ? isDefined(task) : isSmooth(task))) {
                return Optional.empty();
            }
            Evaluation expected = Evaluator.evaluate(twin, task, finding.dtype());
            Drawn drawn = new Drawn(task, null);
            return arbiter.examine(
                            finding.seed(),
                            engine,
                            drawn,
                            expected,
                            arbiter.spreads(drawn, finding.seed()),
                            fault -> {})
                    .filter(found -> found.kind() == finding.kind());
        } catch (EvaluationException | UnsupportedOpException e) {
            // Shrinking went where the twin or the reference has no answer: that is no failure of the engine.
            return Optional.empty();
        }
    }

    /** Whether the reference gives moderate numbers, away from kinks. */
    private boolean isSmooth(Task task) {
        Engine smooth = new SmoothEngine(reference, support.ties(), false);
        return Draft.isModerate(Evaluator.evaluate(smooth, task, DType.FLOAT64), 1e6, 1e6);
    }

    /** Whether there is one answer. */
    private boolean isDefined(Task task) {
        if (!exacting) {
            return isSmooth(task);
        }
        Evaluator.evaluate(new SmoothEngine(reference, true, true), task, DType.FLOAT64);
        return true;
    }

    /** Whether a mutated program is one that the generator could have made. */
    private boolean isUsable(Task task) {
        try {
            return Collections.disjoint(task.program().ops(), support.lacking()) && isSmooth(task) && support.has(task);
        } catch (EvaluationException | UnsupportedOpException e) {
            return false;
        }
    }
}
