package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.Engine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Suspect;
import org.gradtwin.verify.Suspects;
import org.gradtwin.verify.Trial;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first suspect of a run is what was made wrong. */
class SuspectsTest {
    /** Of the faults that are noticed, as many name their op first. */
    static final double SHARE = 0.97;

    private static final List<NamedCase> CASES = Recorded.CASES.stream()
            .filter(named -> named.given().dtypes().contains(DType.FLOAT64))
            .map(named -> Recorded.in(named, DType.FLOAT64))
            .toList();

    private static List<Suspect> suspects(Engine engine, List<NamedCase> wrong) {
        return Recorded.suspects(
                wrong.stream().flatMap(named -> Recorded.verify(engine, named)).toList());
    }

    private static List<NamedCase> about(Op op) {
        return CASES.stream()
                .filter(named -> named.given().refusal().isEmpty()
                        && named.given().parsed().ops().contains(op))
                .toList();
    }

    @Test
    @Tag("campaign")
    void ofEveryOpASlopeThatIsOffNamesIt() {
        Recorded.right();
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
}
