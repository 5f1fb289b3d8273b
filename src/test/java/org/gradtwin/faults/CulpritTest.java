package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Engine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Culprit;
import org.gradtwin.verify.FailureMessage;
import org.gradtwin.verify.Trial;
import org.gradtwin.verify.Verifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is at fault in a program of several ops: each is judged alone, on PyTorch's operands and cotangent. */
class CulpritTest {
    private static Stream<Trial> wrong(Engine engine, NamedCase named) {
        return new Verifier(new TorchEngine(), List.of(engine))
                .verify(named)
                .filter(trial -> trial.firstOff().isPresent());
    }

    private static Trial only(Fault fault, String name) {
        NamedCase named = Recorded.CASES.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        return wrong(FaultyEngine.with(fault), Recorded.in(named, DType.FLOAT64))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    M21_TANH                   | composition/deep-narrow      | tanh   | tanh in h7 = tanh(h6 @ w + b), line 7: alone on PyTorch's operands its gradient is off, by 9 times the largest number
                    M36_NO_EPS                 | composition/layer-norm-curvature | layer_norm | layer_norm in y = layer_norm(x, normalized_shape=(3,), weight=w, bias=b), line 1: alone on PyTorch's operands its
                    M15_MATMUL_TRANSPOSED_LEFT | op/matmul-transposed-left    | matmul | matmul in y = a.T @ b, line 1: alone on PyTorch's operands, moved as they are there, its gradient is off, by 2 times
                    M04_SAME_OPERAND           | composition/accumulate-many  | mul    | mul in y = a + 2*a - a*a + a/3 - sin(a) + tanh(a)*a, line 2: alone
                    M02_EXP_OVERWRITES         | op/exp-accumulated           |        | the graph: alone, each op is right. Of what they pass back to x only the share of exp in y = exp(x), line 1 is there: the others are overwritten
                    M06_SECOND_CONSUMER        | composition/alias            |        | the graph: alone, each op is right. Of what they pass back to a the share of mul in y = a*b + b, line 3 is missing
                    M01_RECURSIVE              | composition/diamond           |        | the graph: alone, each op is right
                    """)
    void isNamedInALine(Fault fault, String name, @Nullable String op, String words) {
        Trial trial = only(fault, name);
        Culprit culprit = trial.culprit().orElseThrow();
        assertThat(culprit.words()).startsWith(words);
        assertThat(culprit.op() == null ? null : culprit.op().id()).isEqualTo(op);
        assertThat(FailureMessage.of(
                        trial,
                        trial.checks().stream()
                                .filter(check -> check.verdict() == Verdict.DISAGREE)
                                .findFirst()
                                .orElseThrow()))
                .contains("  culprit    " + culprit.words());
    }

    /** In a program of one op there is nothing to tell apart, and where all is right nobody is at fault. */
    @ParameterizedTest
    @CsvSource({"M21_TANH, op/tanh-matrix, true", "M21_TANH, op/exp-accumulated, false"})
    void isNotLookedFor(Fault fault, String name, boolean off) {
        NamedCase named = Recorded.CASES.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertThat(new Verifier(new TorchEngine(), List.of(FaultyEngine.with(fault)))
                        .verify(Recorded.in(named, DType.FLOAT64)))
                .allMatch(trial ->
                        trial.firstOff().isPresent() == off && trial.culprit().isEmpty());
    }

    /** In programs of several ops the one that was made wrong is named, alone. */
    @Tag("campaign")
    @Test
    void ofOpsIsTheOneThatWasMadeWrong() {
        int all = 0;
        List<String> missed = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (fault.ops().isEmpty() || fault == Fault.M02_EXP_OVERWRITES || fault == Fault.M03_SLICE_OVERWRITES) {
                continue;
            }
            List<Trial> trials = Recorded.about(fault).stream()
                    .filter(named -> named.given().refusal().isEmpty()
                            && named.given().parsed().ops().size() > 1)
                    .map(named -> Recorded.in(named, DType.FLOAT64))
                    .flatMap(named -> wrong(FaultyEngine.with(fault), named))
                    .toList();
            all += trials.size();
            trials.stream()
                    .filter(trial -> trial.culprit()
                            .map(Culprit::op)
                            .filter(fault.ops()::contains)
                            .isEmpty())
                    .forEach(trial -> missed.add(fault + " in " + trial.caseName() + ": " + trial.culprit()));
        }
        assertThat(all).isGreaterThan(1000);
        assertThat(missed).hasSizeLessThan((int) Math.ceil((1 - SuspectsTest.SHARE) * all));
    }
}
