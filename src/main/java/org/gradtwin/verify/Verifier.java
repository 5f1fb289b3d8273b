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
import org.gradtwin.engine.EngineUnavailableException;
import org.gradtwin.engine.EvaluationException;
import org.gradtwin.engine.Evaluator;
import org.gradtwin.engine.NotAskedException;
import org.gradtwin.engine.NotRefusedException;
import org.gradtwin.engine.Quantity;
import org.gradtwin.engine.Running;
import org.gradtwin.engine.Task;
import org.gradtwin.engine.Thrown;
import org.gradtwin.engine.UnsupportedOpException;
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
 * that of other engines with the second opinion's where one takes part.
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
        FixtureSet bundled = FixtureSet.bundled(glob);
        List<NamedCase> cases = FixtureSet.requireComplete(bundled.select(glob));
        if (cases.isEmpty()) {
            throw new IllegalArgumentException(
                    "no case matches '" + glob + "' among " + bundled.cases().size() + ": nothing would be checked");
        }
        return cases.stream().flatMap(verifier::verify);
    }

    private static Optional<String> skip(FixtureCase given, Engine engine, DType dtype) {
        if (engine.unbounded()) {
            return given.skip(DType.FLOAT64);
        }
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
        // Once for all: it parses the program and draws the inputs.
        Task task = named.given().task();
        return named.given().dtypes().stream()
                .filter(dtype -> dtypes.isEmpty() || dtypes.contains(dtype))
                .flatMap(dtype -> verify(named, task, dtype).stream());
    }

    private List<Trial> verify(NamedCase named, Task task, DType dtype) {
        return Running.during(
                "case " + named.name() + " (" + dtype.torchName() + ")", () -> trials(named, task, dtype));
    }

    private List<Trial> trials(NamedCase named, Task task, DType dtype) {
        FixtureCase given = named.given();
        Optional<Throws> refusal = given.refusal();
        List<Trial> trials = new ArrayList<>();
        if (refusal.isPresent()) {
            for (Engine engine : engines) {
                Check check = refusal(named, task, dtype, engine, refusal.get());
                trials.add(new Trial(named, dtype, engine.name(), List.of(check), Optional.empty()));
            }
            return trials;
        }
        Answer reference = Answer.of(twin, task, dtype);
        Map<String, Answer> outcomes = new LinkedHashMap<>();
        for (Engine engine : engines) {
            Optional<String> skip = skip(given, engine, dtype);
            outcomes.put(
                    engine.name(),
                    engine == twin
                            ? reference
                            : skip.<Answer>map(Answer.Skipped::new).orElseGet(() -> Answer.of(engine, task, dtype)));
        }
        for (Engine engine : engines) {
            Answer outcome = outcomes.getOrDefault(engine.name(), reference);
            Judge judge = new Judge(named, dtype, engine.name(), outcome);
            List<Check> all = checks(engine, judge, reference, outcomes);
            List<Check> checks = engine.claimsPyTorch() ? all : Conventions.applied(twin, task, dtype, all);
            Optional<Quantity> off = firstOff(task, checks);
            trials.add(new Trial(
                    named,
                    dtype,
                    engine.name(),
                    checks,
                    off,
                    engine == twin
                            ? Optional.empty()
                            : off.flatMap(first -> Inquest.of(engine, twin, task, dtype, first))));
        }
        return trials;
    }

    private List<Check> checks(Engine engine, Judge judge, Answer reference, Map<String, Answer> outcomes) {
        List<Check> checks = new ArrayList<>();
        if (engine != twin) {
            checks.addAll(judge.against(Against.PYTORCH, Optional.of(reference)));
        }
        checks.addAll(judge.against(Against.EXPECT, Optional.empty()));
        if (engine != twin && !engine.isSecondOpinion()) {
            engines.stream()
                    .filter(Engine::isSecondOpinion)
                    .map(other -> outcomes.get(other.name()))
                    .filter(other -> other instanceof Answer.Evaluated evaluated
                            && evaluated.attempt().failures().isEmpty())
                    .forEach(other -> checks.addAll(judge.against(Against.SCALAR, Optional.of(other))));
        }
        return checks;
    }

    private static Optional<Quantity> firstOff(Task task, List<Check> checks) {
        Map<Quantity, Comparison> comparisons = new LinkedHashMap<>();
        for (Check check : checks) {
            if (check.against() == Against.EXPECT
                    && check.comparison() != null
                    && check.verdict() != Verdict.CONVENTION) {
                comparisons.put(check.quantity(), check.comparison());
            }
        }
        return Localizer.firstOff(task.program(), task.inputs().keySet(), comparisons);
    }

    private static Check refusal(NamedCase named, Task task, DType dtype, Engine engine, Throws wanted) {
        Quantity quantity = Quantity.value(
                task.program().statements().get(wanted.line() - 1).name());
        Verdict verdict = Verdict.DISAGREE;
        String reason;
        try {
            Optional<DType> in = Answer.computedIn(engine, dtype);
            Optional<EvaluationException> refusal = in.flatMap(type -> Evaluator.refusal(engine, task, type));
            if (in.isEmpty()) {
                verdict = Verdict.SKIPPED;
                reason = Answer.Skipped.notIn(engine, dtype).reason();
            } else if (refusal.isEmpty()) {
                reason = "line %d: %s (%s)"
                        .formatted(
                                wanted.line(),
                                NotRefusedException.DEED,
                                wanted.because().key());
            } else if (refusal.get().getCause() instanceof NotRefusedException) {
                reason = String.valueOf(refusal.get().getMessage());
            } else if (!(refusal.get().getCause() instanceof IllegalArgumentException)) {
                reason = broken(wanted, refusal.get().inWords());
            } else if (refusal.get().line() != wanted.line()) {
                reason = "refused elsewhere than at line " + wanted.line() + ": "
                        + refusal.get().getMessage();
            } else {
                verdict = Verdict.AGREE;
                reason = "refused: " + refusal.get().getMessage();
            }
        } catch (UnsupportedOpException e) {
            verdict = Verdict.SKIPPED;
            reason = Answer.Skipped.lacks(engine, e).reason();
        } catch (NotAskedException e) {
            verdict = Verdict.SKIPPED;
            reason = Answer.Skipped.after(engine, e).reason();
        } catch (EngineUnavailableException e) {
            reason = broken(wanted, Thrown.message(e));
        }
        return Check.uncompared(named.name(), engine.name(), dtype, quantity, verdict, reason);
    }

    private static String broken(Throws wanted, String how) {
        return "broke where it should refuse line " + wanted.line() + " ("
                + wanted.because().key() + "): " + how;
    }
}
