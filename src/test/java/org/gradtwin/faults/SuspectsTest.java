package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.language.Program;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Suspects;
import org.gradtwin.verify.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first suspect of a run is what was made wrong. */
class SuspectsTest {
    /** Of the faults that are noticed, as many name their op first. */
    private static final double SHARE = 0.97;

    private static final List<NamedCase> CASES = Recorded.CASES.stream()
            .filter(named -> named.given().dtypes().contains(DType.FLOAT64))
            .map(named -> Recorded.in(named, DType.FLOAT64))
            .toList();

    private static List<Trial> right;

    private static synchronized List<Trial> right() {
        if (right == null) {
            right = CASES.parallelStream()
                    .flatMap(named -> Recorded.verify(FaultyEngine.right(), named))
                    .toList();
        }
        return right;
    }

    /** What a whole run on an engine suspects that is wrong in some cases only. */
    private static List<Suspect> suspects(Engine engine, List<NamedCase> wrong) {
        Set<String> names = wrong.stream().map(NamedCase::name).collect(Collectors.toCollection(HashSet::new));
        return Suspects.of(Stream.concat(
                        right().stream().filter(trial -> !names.contains(trial.caseName())),
                        wrong.stream().flatMap(named -> Recorded.verify(engine, named)))
                .map(trial -> new Trial(trial.given(), trial.dtype(), "one", trial.checks(), trial.firstOff()))
                .toList());
    }

    private static List<NamedCase> about(Op op) {
        return CASES.stream()
                .filter(named -> named.given().refusal().isEmpty()
                        && Program.parse(named.given().program()).ops().contains(op))
                .toList();
    }

    @Test
    void ofRealFaultsTheOpComesFirst() {
        right();
        List<Fault> faults = Arrays.stream(Fault.values())
                .filter(fault -> !fault.ops().isEmpty())
                .toList();
        List<String> missed = faults.parallelStream()
                .map(fault -> {
                    List<Suspect> found = suspects(FaultyEngine.with(fault), Recorded.about(fault));
                    Set<String> ops = fault.ops().stream().map(Op::id).collect(Collectors.toSet());
                    return !found.isEmpty() && ops.contains(found.get(0).op()) ? "" : fault + ": " + found;
                })
                .filter(text -> !text.isEmpty())
                .toList();
        assertThat(missed).hasSizeLessThan((int) Math.ceil((1 - SHARE) * faults.size()));
    }

    @Test
    @Tag("campaign")
    void ofEveryOpASlopeThatIsOffNamesIt() {
        right();
        List<Op> ops = Ops.all().stream()
                .filter(op -> op.isDifferentiable() && !op.isStepwise())
                .toList();
        Rule off = Rule.gradients((call, g, gradients) -> {
            for (double[] gradient : gradients) {
                for (int i = 0; gradient != null && i < gradient.length; i++) {
                    gradient[i] *= 1.01;
                }
            }
            return gradients;
        });
        List<String> missed = ops.parallelStream()
                .map(op -> {
                    List<Suspect> found = suspects(FaultyEngine.with(off, Set.of(op)), about(op));
                    return !found.isEmpty() && op.id().equals(found.get(0).op()) ? "" : op.id() + ": " + found;
                })
                .filter(text -> !text.isEmpty())
                .toList();
        assertThat(missed).hasSizeLessThan((int) Math.ceil((1 - SHARE) * ops.size()));
    }

    /** But for the one that only acts where an op has one value twice: that is most often a product. */
    @Tag("campaign")
    @Test
    void ofAccumulationTheGraphIsNamed() {
        List<Fault> missed = Arrays.stream(Fault.values())
                .filter(fault -> fault.ops().isEmpty() && fault != Fault.M04_SAME_OPERAND)
                .filter(fault -> {
                    List<Suspect> found = suspects(FaultyEngine.with(fault), Recorded.about(fault));
                    return found.size() != 1 || found.get(0).op() != null;
                })
                .toList();
        assertThat(missed).isEmpty();
    }

    @Test
    void opsOfOneCaseAloneAreNotToldApart() {
        NamedCase named = CASES.stream()
                .filter(each -> each.name().equals("notebook/testing-expression-live"))
                .findFirst()
                .orElseThrow();
        List<Trial> wrong =
                Recorded.verify(FaultyEngine.with(Fault.M21_TANH), named).toList();
        assertThat(Suspects.of(wrong)).extracting(Suspect::op).containsExactly("one of 4 ops");
    }

    @Test
    void aRightEngineHasNone() {
        assertThat(right().stream().flatMap(trial -> trial.checks().stream()))
                .noneMatch(check -> check.verdict() == Verdict.DISAGREE);
        assertThat(Suspects.of(right())).isEmpty();
    }
}
