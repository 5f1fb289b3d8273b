package org.gradtwin.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.gradtwin.check.Comparison;
import org.gradtwin.check.Discrepancy;
import org.gradtwin.check.Tolerance;
import org.gradtwin.check.Verdict;
import org.gradtwin.engine.Quantity;
import org.gradtwin.fixture.read.FixtureSet;
import org.gradtwin.fixture.read.FixtureSet.NamedCase;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Tensor;
import org.gradtwin.verify.Check.Against;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureMessageTest {
    private static final Tolerance EXACT = new Tolerance(0, 0, "exact");

    private static Discrepancy off(double expected, double actual) {
        return Comparison.of(Tensor.scalar(DType.FLOAT32, actual), Tensor.scalar(DType.FLOAT32, expected), EXACT)
                .worst();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1.0000001, 1 ulp",
        "1, 1, 0 ulp",
        "2, 0, 8.4e+06 ulp",
        "0, 0.5, 0.5 abs",
        "0, 1e-45, 1.4e-45 abs",
        "1e-30, 1, 1 abs",
        "-2, 2, 4 abs",
        "1, NaN, not finite",
        "NaN, 1, not finite",
        "0, Infinity, not finite"
    })
    void theErrorIsInUlpWhereTheseSaySomething(double expected, double actual, String words) {
        assertThat(FailureMessage.error(off(expected, actual))).isEqualTo(words);
    }

    private static String message(double expected, double actual, String reason) {
        NamedCase named = FixtureSet.bundled("op/tanh*").select("op/tanh*").get(0);
        Optional<Tensor> right = Optional.of(Tensor.scalar(DType.FLOAT32, expected));
        Optional<Tensor> wrong = Optional.of(Tensor.scalar(DType.FLOAT32, actual));
        Quantity quantity = Quantity.value("y");
        Check check = new Check(
                named.name(),
                "scalar",
                Against.EXPECT,
                DType.FLOAT32,
                quantity,
                right,
                wrong,
                Comparison.of(wrong, right, EXACT),
                EXACT,
                Verdict.DISAGREE,
                reason);
        List<Check> checks = new ArrayList<>(List.of(check));
        return FailureMessage.of(new Trial(named, DType.FLOAT32, "scalar", checks, Optional.of(quantity)), check);
    }

    @Test
    void noMessageSaysUlpOfZero() {
        assertThat(message(0, 0.5, null))
                .doesNotContain("ulp")
                .doesNotContain("inf")
                .contains("error      0.5 abs\n", ", 0.5 abs");
        assertThat(message(1, 1.5, null)).contains("error      4.2e+06 ulp   0.5 abs   0.5 rel");
        assertThat(message(1, Double.NaN, null))
                .contains("error      not finite\n")
                .doesNotContain("inf ");
    }

    @Test
    void whatAnEngineSaysIsShownEscaped() {
        assertThat(message(0, 1, "\u001b[2J\u202eno"))
                .contains("problem    \\u001b[2J\\u202eno")
                .doesNotContain("\u001b");
    }
}
