package org.gradtwin.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecimalsTest {
    /**
     * Python's {@code repr} of a float, and for float32 the repr of the shortest decimal that rounds to it; the value is
     * given by {@code float.hex}, which Java reads as well.
     */
    @ParameterizedTest
    @CsvFileSource(resources = "decimals.tsv", delimiter = '\t')
    void writesAsPython(String dtype, String hex, String repr) {
        double value = Double.parseDouble(hex);
        assertThat(Decimals.shortest(value, DType.of(dtype))).isEqualTo(repr);
    }

    @ParameterizedTest
    @CsvSource({"0x0p0, 0.0", "-0x0p0, -0.0", "NaN, NaN", "Infinity, Infinity", "-Infinity, -Infinity"})
    void specialValues(String value, String text) {
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            assertThat(Decimals.shortest(Double.parseDouble(value), dtype)).isEqualTo(text);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.0, 0.0",
        "-0.0, -0.0",
        "1.0, 1.0",
        "123456.0, 123000.0",
        "-2.3456e-7, -2.35e-07",
        "4.9e-324, 4.94e-324"
    })
    void roundsToDigits(double value, String text) {
        assertThat(Decimals.rounded(value, 3)).isEqualTo(text);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void readsBackAsTheSameBits(DType dtype) {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 3000; i++) {
            double value = dtype == DType.FLOAT32
                    ? Float.intBitsToFloat(random.nextInt())
                    : Double.longBitsToDouble(random.nextLong());
            double read = dtype.round(Double.parseDouble(Decimals.shortest(value, dtype)));
            assertThat(Double.compare(read, value)).as("%s", value).isZero();
        }
    }
}
