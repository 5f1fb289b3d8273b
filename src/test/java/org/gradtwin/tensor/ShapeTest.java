package org.gradtwin.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
    private static Shape shape(String text) {
        return Shape.of(Stream.of(text.split("x"))
                .filter(size -> !size.isBlank())
                .mapToInt(Integer::parseInt)
                .toArray());
    }

    @ParameterizedTest
    @CsvSource({"'',()", "3,'(3,)'", "0,'(0,)'", "2x3,'(2, 3)'", "0x3,'(0, 3)'"})
    void printsAsAPythonTuple(String dims, String printed) {
        assertThat(shape(dims)).hasToString(printed).isEqualTo(shape(dims)).hasSameHashCodeAs(shape(dims));
    }

    @ParameterizedTest
    @CsvSource({
        "'','',''",
        "'',3,3",
        "3,'',3",
        "3,3,3",
        "1,3,3",
        "3,1,3",
        "2x3,3,2x3",
        "3,2x3,2x3",
        "2x1,3,2x3",
        "2x1,1x3,2x3",
        "1,0,0",
        "0,1,0",
        "2x3,1x1,2x3",
        "2x1,0,2x0",
        "1,1x1,1x1",
        "0x3,1x3,0x3",
        "0x3,3,0x3"
    })
    void broadcasts(String a, String b, String result) {
        assertThat(Shape.broadcast(shape(a), shape(b))).isEqualTo(shape(result));
    }

    @ParameterizedTest
    @CsvSource({"2,3,2,3,0", "2x3,2,3,2,1", "2x3,3x3,2,3,0", "0,3,0,3,0", "2x3,0,3,0,1", "3x2,2x2,3,2,0"})
    void refusesToBroadcast(String a, String b, int m, int n, int dimension) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.broadcast(shape(a), shape(b)))
                .withMessage(shape(a) + " and " + shape(b) + " do not broadcast: sizes " + m + " and " + n
                        + " differ in dimension " + dimension);
    }

    @Test
    void sourcesRepeatWhatIsBroadcast() {
        assertThat(shape("2x1").broadcastSources(shape("2x3"))).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(shape("3").broadcastSources(shape("2x3"))).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(shape("1x3").broadcastSources(shape("2x3"))).containsExactly(0, 1, 2, 0, 1, 2);
        assertThat(shape("1").broadcastSources(shape("2x3"))).containsExactly(0, 0, 0, 0, 0, 0);
        assertThat(shape("").broadcastSources(shape("2x2"))).containsExactly(0, 0, 0, 0);
        assertThat(shape("2x3").broadcastSources(shape("2x3"))).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(shape("").broadcastSources(shape(""))).containsExactly(0);
        assertThat(shape("1").broadcastSources(shape("0x3"))).isEmpty();
    }

    @Test
    void sourcesRepeatWhatIsBroadcastInAnyRank() {
        assertThat(shape("2x1x2").broadcastSources(shape("2x3x2"))).containsExactly(0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3);
        assertThat(shape("2x1x1").broadcastSources(shape("2x2x2"))).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
        assertThat(shape("1x2x1x1").broadcastSources(shape("2x2x1x2"))).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
    }

    @Test
    void aWalkWithPermutedStridesTransposes() {
        // The strides of (2, 3) with its dimensions exchanged, walked in the shape (3, 2).
        assertThat(shape("3x2").walk(new int[] {1, 3})).containsExactly(0, 3, 1, 4, 2, 5);
        assertThat(shape("2x3x4").walk(shape("2x3x4").strides()))
                .containsExactly(IntStream.range(0, 24).toArray());
    }

    @Test
    void stridesAndProductsCountElements() {
        assertThat(shape("2x3x4").strides()).containsExactly(12, 4, 1);
        assertThat(shape("2x3x4").rows()).isEqualTo(6);
        assertThat(shape("2x3x4").last()).isEqualTo(4);
        assertThat(shape("2x3x4").product(1, 3)).isEqualTo(12);
        assertThat(shape("").last()).isEqualTo(1);
        assertThat(shape("").rows()).isEqualTo(1);
    }

    @Test
    void indexIsRowMajor() {
        assertThat(shape("2x3").index(0)).containsExactly(0, 0);
        assertThat(shape("2x3").index(4)).containsExactly(1, 1);
        assertThat(shape("3").index(2)).containsExactly(2);
        assertThat(shape("").index(0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"2x3,0,0", "2x3,1,1", "2x3,-1,1", "2x3,-2,0", "3,-1,0", "'',0,0", "'',-1,0"})
    void dimensionsCountFromTheEndToo(String dims, int given, int dimension) {
        assertThat(shape(dims).dimension(given)).isEqualTo(dimension);
    }

    @Test
    void refusesWithTheNumbers() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shape("2x3").dimension(2))
                .withMessage("dim 2 is out of range for (2, 3): expected -2 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> shape("").dimension(1))
                .withMessage("dim 1 is out of range for (): expected -1 to 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(2, -1))
                .withMessage("size -1 in (2, -1) is negative");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(1, 2, 3, 4, 5, 6, 7, 8, 9))
                .withMessage("(1, 2, 3, 4, 5, 6, 7, 8, 9) has 9 dimensions, more than 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(1 << 20, 1 << 20, 1 << 20, 1 << 20, 0))
                .withMessageEndingWith("has more than 2^31 - 1 elements");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Shape.of(65536, 32768))
                .withMessage("(65536, 32768) has more than 2^31 - 1 elements");
    }

    @Test
    void isImmutable() {
        int[] dims = {2, 3};
        Shape shape = Shape.of(dims);
        dims[0] = 9;
        shape.dims()[1] = 9;
        assertThat(shape).isEqualTo(Shape.of(2, 3));
    }

    @Test
    void aPositionIsThatOfItsIndex() {
        Shape shape = Shape.of(2, 3, 4);
        for (int i = 0; i < shape.size(); i++) {
            assertThat(shape.position(shape.index(i))).isEqualTo(i);
        }
        assertThat(Shape.SCALAR.position()).isZero();
        assertThat(shape.position(0, 3, 0)).isEqualTo(-1);
        assertThat(shape.position(1, 0, -1)).isEqualTo(-1);
    }
}
