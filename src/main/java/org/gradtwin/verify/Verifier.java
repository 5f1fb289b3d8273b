package org.gradtwin.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Localizer;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.DescribedEngine;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.FixtureCase;
import org.gradtwin.fixture.Throws;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Check.Against;

/**
 * Holds engines against PyTorch. Each case is evaluated once by the twin and once by each engine; every value and
 * gradient of an engine is compared with the twin's and with the recorded one, the twin's with the recorded one, and
 * that of other engines with the scalar engine's where it takes part.
 */
public final class Verifier {
    private final Engine twin;
    private final List<DescribedEngine> engines;

    /**
     * A verifier.
     *
     * @param twin PyTorch
     * @param engines what is verified; the twin itself may be among them, for its drift from the recorded numbers
     * @throws IllegalArgumentException if two have the same name
     * @throws org.gradtwin.engine.EngineUnavailableException if one cannot say its name and its types
     */
    public Verifier(Engine twin, List<Engine> engines) {
        DescribedEngine described = DescribedEngine.of(twin);
        this.twin = described;
        this.engines = engines.stream()
                .map(engine -> engine == twin ? described : DescribedEngine.of(engine))
                .toList();
        Set<String> names = new HashSet<>();
        for (DescribedEngine engine : this.engines) {
            if (engine.type() != described.type() && engine.name().equals(described.name())) {
                throw new IllegalArgumentException(
                        "an engine is called " + described.name() + ", as PyTorch is: rename it");
            }
            if (!names.add(engine.name())) {
                throw new IllegalArgumentException("two engines are called " + engine.name());
            }
        }
    }

    /**
     * Every bundled case on one engine, against PyTorch run live and against the recorded numbers, as it is asked for:
     * the way to verify an engine in a test.
     *
     * @param engine the engine under test
     * @param glob which cases, by full name; {@code *} for all
     * @throws IllegalArgumentException if no case matches
     * @throws org.gradtwin.engines.torch.TorchUnavailableException if PyTorch does not start
     */
    public static Stream<Trial> trials(Engine engine, String glob) {
        Verifier verifier = new Verifier(new TorchEngine(), List.of(engine));
        FixtureSet bundled = FixtureSet.bundled();
        List<NamedCase> cases = FixtureSet.requireComplete(bundled.select(glob));
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(
                    "no case matches '" + glob + "' among " + bundled.cases().size() + ": nothing would be checked");
        }
        return cases.stream().flatMap(verifier::verify);
    }

    private static Optional<String> skip(FixtureCase given, Engine engine, DType dtype) {
        return engine.dtypes().contains(dtype) ? Optional.empty() : given.skip(dtype);
    }

    /** One trial for each engine and type of the case. */
    public Stream<Trial> verify(NamedCase named) {
        return verify(named, List.of());
    }

    /**
     * One trial for each engine and each of those types that the case has.
     *
     * @param dtypes the types that are wanted, empty for all
     */
    public Stream<Trial> verify(NamedCase named, Collection<DType> dtypes) {
        return named.given().dtypes().stream()
                .filter(dtype -> dtypes.isEmpty() || dtypes.contains(dtype))
                .flatMap(dtype -> verify(named, dtype).stream());
    }

    private List<Trial> verify(NamedCase named, DType dtype) {
        return Running.during("case " + named.name() + " (" + dtype.torchName() + ")", () -> trials(named, dtype));
    }

    private List<Trial> trials(NamedCase named, DType dtype) {
        FixtureCase given = named.given();
        Optional<Throws> refusal = given.refusal();
        List<Trial> trials = new ArrayList<>();
        if (refusal.isPresent()) {
            for (Engine engine : engines) {
                Check check = refusal(named, dtype, engine, refusal.get());
                trials.add(new Trial(named, dtype, engine.name(), List.of(check), Optional.empty()));
            }
            return trials;
        }
        Outcome reference = Outcome.of(twin, given.task(), dtype);
        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        for (Engine engine : engines) {
            Optional<String> skip = skip(given, engine, dtype);
            outcomes.put(
                    engine.name(),
                    engine == twin
                            ? reference
                            : skip.<Outcome>map(Outcome.Skipped::new)
                                    .orElseGet(() -> Outcome.of(engine, given.task(), dtype)));
        }
        for (Engine engine : engines) {
            trials.add(trial(named, dtype, engine, reference, outcomes));
        }
        return trials;
    }

    private Trial trial(NamedCase named, DType dtype, Engine engine, Outcome reference, Map<String, Outcome> outcomes) {
        FixtureCase given = named.given();
        Outcome outcome = outcomes.getOrDefault(engine.name(), reference);
        Judge judge = new Judge(named, dtype, engine.name(), outcome);
        List<Check> checks = new ArrayList<>();
        if (engine != twin) {
            checks.addAll(judge.against(Against.PYTORCH, Optional.of(reference)));
        }
        List<Check> expect = judge.against(Against.EXPECT, Optional.empty());
        checks.addAll(expect);
        Outcome scalar = outcomes.get(ScalarEngine.NAME);
        if (engine != twin
                && !engine.name().equals(ScalarEngine.NAME)
                && scalar instanceof Outcome.Evaluated evaluated
                && evaluated.attempt().failures().isEmpty()) {
            checks.addAll(judge.against(Against.SCALAR, Optional.of(scalar)));
        }
        Map<Quantity, Comparison> comparisons = new LinkedHashMap<>();
        for (Check check : expect) {
            if (check.comparison() != null) {
                comparisons.put(check.quantity(), check.comparison());
            }
        }
        return new Trial(
                named,
                dtype,
                engine.name(),
                checks,
                Localizer.firstOff(given.task().program(), given.task().inputs().keySet(), comparisons));
    }

    private static Check refusal(NamedCase named, DType dtype, Engine engine, Throws wanted) {
        FixtureCase given = named.given();
        Quantity quantity = Quantity.value(
                given.task().program().statements().get(wanted.line() - 1).name());
        Verdict verdict = Verdict.DISAGREE;
        String reason;
        try {
            Optional<DType> in = Outcome.computedIn(engine, dtype);
            Optional<EvaluationException> refusal = in.flatMap(type -> Evaluator.refusal(engine, given.task(), type));
            if (in.isEmpty()) {
                verdict = Verdict.SKIPPED;
                reason = Outcome.Skipped.notIn(engine, dtype).reason();
            } else if (refusal.isEmpty()) {
                reason = "line " + wanted.line() + " was not refused (" + wanted.because() + ")";
            } else if (!(refusal.get().getCause() instanceof IllegalArgumentException)) {
                reason = "failed instead of refusing: " + refusal.get().inWords();
            } else if (refusal.get().line() != wanted.line()) {
                reason = "refused elsewhere than at line " + wanted.line() + ": "
                        + refusal.get().getMessage();
            } else {
                verdict = Verdict.AGREE;
                reason = "refused: " + refusal.get().getMessage();
            }
        } catch (UnsupportedOpException e) {
            verdict = Verdict.SKIPPED;
            reason = Outcome.Skipped.lacks(engine, e).reason();
        }
        return new Check(
                named.name(),
                engine.name(),
                Against.EXPECT,
                dtype,
                quantity,
                Optional.empty(),
                Optional.empty(),
                null,
                null,
                verdict,
                reason);
    }
}
