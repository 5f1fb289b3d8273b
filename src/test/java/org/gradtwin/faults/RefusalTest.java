package org.gradtwin.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.gradtwin.fixture.Throws;
import org.gradtwin.fixture.Throws.Reason;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.language.Program;
import org.gradtwin.language.ProgramException;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What PyTorch refuses for shapes, types or arguments is refused before anything runs, at the same line. */
class RefusalTest {
    private static final List<NamedCase> REFUSALS = Recorded.CASES.stream()
            .filter(named -> named.given().refusal().isPresent())
            .toList();

    static List<String> names() {
        return REFUSALS.stream()
                .filter(named -> because(named) != Reason.INDEX)
                .map(NamedCase::name)
                .toList();
    }

    private static Reason because(NamedCase named) {
        return named.given().refusal().map(Throws::because).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("names")
    void inferenceRefusesAtTheSameLine(String name) {
        NamedCase named = REFUSALS.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        Program program = named.given().parsed();
        Map<String, Type> types = named.given().task().inputTypes(DType.FLOAT64);
        ProgramException refusal = catchThrowableOfType(ProgramException.class, () -> program.infer(types));
        assertThat(refusal).isNotNull();
        assertThat(refusal.line())
                .isEqualTo(named.given().refusal().orElseThrow().line());
        assertThat(refusal.getMessage()).doesNotContain("\n").containsPattern("[0-9]");
    }

    @Test
    void everyReasonHasCases() {
        for (Reason reason : Reason.values()) {
            assertThat(REFUSALS.stream().filter(named -> because(named) == reason))
                    .as(reason.key())
                    .hasSizeGreaterThanOrEqualTo(5);
        }
    }
}
