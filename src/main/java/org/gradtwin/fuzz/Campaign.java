package org.gradtwin.fuzz;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Localizer;
import org.gradtwin.check.Sharpness;
import org.gradtwin.check.Tolerance;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Evaluation;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.ScalarEngine;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.program.Op;
import org.gradtwin.program.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;

/**
 * Random programs, each evaluated by the twin and by every engine, compared under a tolerance derived for that program
 * (see {@link Rounding}), and made small where an engine disagrees. Used by any number of threads.
 */
public final class Campaign {
    private static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    private final Engine twin;
    private final List<Engine> engines;
    private final Set<DType> dtypes;
    private final Set<Op> lacking;
    private final ProgramGenerator generator;
    private final Rounding rounding;

    /**
     * A campaign. The programs for an engine alone are made without the ops that it lacks; several engines get the same ones, and
     * what one of them lacks is skipped.
     *
     * @param twin what is right
     * @param engines what is held against it, in each of the types that the engine computes in
     * @param dtypes float64, float32 or both
     * @throws IllegalArgumentException if there is nothing to compare: no engine computes in one of the types
     */
    public Campaign(Engine twin, List<Engine> engines, Set<DType> dtypes) {
        if (engines.stream().allMatch(engine -> Collections.disjoint(engine.dtypes(), dtypes))) {
            throw new IllegalArgumentException("nothing to compare: none of "
                    + engines.stream().map(Engine::name).toList() + " computes in "
                    + dtypes.stream().map(DType::torchName).collect(Collectors.joining(" or ")));
        }
        this.twin = twin;
        this.engines = List.copyOf(engines);
        this.dtypes = Set.copyOf(dtypes);
        Engine reference = new ScalarEngine();
        this.lacking = engines.size() == 1 ? lacking(reference, engines.get(0), dtypes) : Set.of();
        this.generator = new ProgramGenerator(reference, lacking);
        this.rounding = new Rounding(reference);
    }

    /** The ops that an engine refuses, each in a program of its own; none if it refuses all. */
    private static Set<Op> lacking(Engine reference, Engine engine, Set<DType> dtypes) {
        Set<Op> lacking = new LinkedHashSet<>();
        DType dtype =
                dtypes.stream().filter(engine.dtypes()::contains).findFirst().orElseThrow();
        for (Op op : Ops.all()) {
            boolean another = true;
            while (another && !lacking.contains(op)) {
                Task task = new ProgramGenerator(reference, List.of(op), 1, lacking).generate(0);
                // What is missing may only bring an operand into the domain of the op: then nothing is known about the
                // op.
                another = refused(engine, task, dtype).filter(lacking::add).isPresent();
            }
        }
        return lacking.size() == Ops.all().size() ? Set.of() : Collections.unmodifiableSet(lacking);
    }

    private static Optional<Op> refused(Engine engine, Task task, DType dtype) {
        try {
            Evaluator.evaluate(engine, task, dtype);
        } catch (UnsupportedOpException e) {
            return Optional.of(e.op());
        } catch (EvaluationException e) {
            // It has the ops; what it does wrong will be found.
        }
        return Optional.empty();
    }

    /** The ops that no program has, because the only engine lacks them. */
    public Set<Op> lacking() {
        return lacking;
    }

    /** An engine that lacks an op of a program: it was not compared. */
    public record Skip(String engine, Op op) {}

    /**
     * What came of one program.
     *
     * @param checks tensors that were compared
     * @param sharp how many of them would have shown a relative error of 1e-9 in float64, of 0.01 in float32
     * @param skipped at most one an engine and type
     * @param findings at most one an engine and type
     */
    public record Examination(int checks, int sharp, List<Skip> skipped, List<Finding> findings) {
        /** Immutable copies. */
        public Examination {
            skipped = List.copyOf(skipped);
            findings = List.copyOf(findings);
        }
    }

    /** Makes the program of a seed and has every engine evaluate it. */
    public Examination examine(long seed) {
        Task task = generator.generate(seed);
        int checks = 0;
        int sharp = 0;
        List<Skip> skipped = new ArrayList<>();
        List<Finding> findings = new ArrayList<>();
        for (DType dtype : dtypes) {
            Map<Quantity, Tolerance> tolerances = rounding.tolerances(task, dtype, seed);
            Evaluation expected = Evaluator.evaluate(twin, task, dtype);
            int sharpInOneEngine = (int) tolerances.entrySet().stream()
                    .filter(entry -> isSharp(expected.get(entry.getKey()), entry.getValue(), dtype))
                    .count();
            for (Engine engine : in(dtype)) {
                try {
                    Optional<Finding> finding = examine(seed, engine, task, expected, tolerances);
                    finding.ifPresent(findings::add);
                    boolean ran = finding.map(Finding::quantity).isPresent() || finding.isEmpty();
                    checks += ran ? tolerances.size() : 0;
                    sharp += ran ? sharpInOneEngine : 0;
                } catch (UnsupportedOpException e) {
                    skipped.add(new Skip(engine.name(), e.op()));
                }
            }
        }
        return new Examination(checks, sharp, skipped, findings);
    }

    private List<String> together() {
        return engines.stream().map(Engine::name).toList();
    }

    /** The engines that compute in a type. */
    private List<Engine> in(DType dtype) {
        return engines.stream()
                .filter(engine -> engine.dtypes().contains(dtype))
                .toList();
    }

    private static boolean isSharp(Optional<Tensor> expected, Tolerance tolerance, DType dtype) {
        double enough = dtype == DType.FLOAT64 ? 1e-9 : Sharpness.DULL;
        return expected.map(tensor -> Sharpness.of(tensor, tolerance).sharpness() <= enough)
                .orElse(false);
    }

    /** The smallest program that was found in which the same engine still disagrees. */
    public Finding shrink(Finding finding) {
        Engine engine = engines.stream()
                .filter(candidate -> candidate.name().equals(finding.engine()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no engine '" + finding.engine() + "' takes part"));
        if (again(finding, engine, finding.task()).isEmpty()) {
            return finding.unrepeatable();
        }
        Task small = new Shrinker(task -> again(finding, engine, task).isPresent(), 2_000).shrink(finding.task());
        return again(finding, engine, small).orElseGet(finding::unrepeatable);
    }

    /** The same engine on another task; empty if it agrees, or the task is none that the reference can judge. */
    private Optional<Finding> again(Finding finding, Engine engine, Task task) {
        try {
            if (!Draft.isModerate(Evaluator.evaluate(new ScalarEngine(), task, DType.FLOAT64), 1e6, 1e6)) {
                return Optional.empty();
            }
            Map<Quantity, Tolerance> tolerances = rounding.tolerances(task, finding.dtype(), finding.seed());
            Evaluation expected = Evaluator.evaluate(twin, task, finding.dtype());
            return examine(finding.seed(), engine, task, expected, tolerances);
        } catch (EvaluationException | UnsupportedOpException e) {
            // Shrinking went where the twin or the reference has no answer: that is no failure of the engine.
            return Optional.empty();
        }
    }

    /**
     * One engine on one task; empty if it agrees.
     *
     * @throws UnsupportedOpException if it lacks an op
     */
    private Optional<Finding> examine(
            long seed, Engine engine, Task task, Evaluation expected, Map<Quantity, Tolerance> tolerances) {
        Evaluation actual;
        try {
            actual = Evaluator.evaluate(engine, task, expected.dtype());
        } catch (EvaluationException e) {
            String problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            return Optional.of(
                    new Finding(seed, engine.name(), together(), expected.dtype(), task, null, null, null, problem));
        }
        Map<Quantity, Comparison> comparisons = new LinkedHashMap<>();
        expected.quantities()
                .forEach((quantity, tensor) -> comparisons.put(
                        quantity,
                        Comparison.of(actual.get(quantity), tensor, tolerances.getOrDefault(quantity, EXACT))));
        return Localizer.firstOff(task.program(), task.inputs().keySet(), comparisons)
                .map(quantity -> {
                    Comparison comparison = Objects.requireNonNull(comparisons.get(quantity));
                    return new Finding(
                            seed,
                            engine.name(),
                            together(),
                            expected.dtype(),
                            task,
                            quantity,
                            comparison,
                            tolerances.get(quantity),
                            comparison.problem());
                });
    }
}
