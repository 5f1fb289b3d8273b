package org.gradtwin.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;
import org.gradtwin.report.Coverage.Column;
import org.gradtwin.report.Coverage.Gap;
import org.gradtwin.tensor.DType;
import org.gradtwin.verify.Verifier;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static final Column MATRIX = new Column("matrix", DType.FLOAT64);

    private static Coverage of(String glob) {
        return Coverage.of(Verifier.trials(new MatrixEngine(), glob).toList());
    }

    private static List<String> gaps(Coverage coverage, Op op) {
        return coverage.gaps().stream()
                .filter(gap -> gap.op() == op)
                .map(Gap::what)
                .toList();
    }

    @Test
    void anOpWithoutACaseIsNamed() {
        Coverage coverage = of("op/tanh-*");
        assertThat(gaps(coverage, Ops.of("erf"))).containsExactly("no case");
        assertThat(gaps(coverage, Ops.of("tanh"))).isEmpty();
        assertThat(coverage.cell(Ops.of("tanh"), MATRIX).values()).isPositive();
        assertThat(coverage.cell(Ops.of("erf"), MATRIX).values()).isZero();
    }

    @Test
    void whatAnOperandIsNeverGivenIsNamed() {
        assertThat(gaps(of("op/sub-matrix"), Ops.of("sub")))
                .contains(
                        "other a number",
                        "0-d",
                        "no elements",
                        "the left operand broadcast",
                        "both operands broadcast",
                        "NaN",
                        "-0.0",
                        "a subnormal number")
                .doesNotContain("other a tensor", "2-d");
    }

    @Test
    void aParameterThatIsNeverGivenIsNamed() {
        assertThat(gaps(of("op/gelu-matrix"), Ops.of("gelu")))
                .contains("approximate='tanh'")
                .doesNotContain("approximate='none'");
    }

    @Test
    void aGradientThatOnlyZerosExpectIsNotCovered() {
        assertThat(gaps(of("op/sin-empty"), Ops.of("sin")))
                .contains("no gradient that an all-zero answer fails on matrix in float64");
    }
}
