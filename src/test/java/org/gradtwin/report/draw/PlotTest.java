package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlotTest {
    private static final double[] X = {1, 10, 100, 1000};
    private static final double[] Y = {1, 11, Double.NaN, 1020};
    private static final Tensor MATRIX = Tensor.of(DType.FLOAT64, Shape.of(2, 3), 0, 1, 2, Double.NaN, 4, 5);

    static Stream<Supplier<Plot>> plots() {
        return Stream.of(
                () -> XyPlot.lossCurve("Loss <script> & co", new double[] {3, 2, 1500, 1}, 2),
                () -> new XyPlot("Fit", "x", "y").points("data", X, Y).line("model", X, X),
                () -> new XyPlot("Benchmark", "n", "ms")
                        .points("forward", X, Y)
                        .line("fit", X, X)
                        .log(true, true),
                () -> new LogHistogram(
                        "Errors", "error", new double[] {0, 1e-16, 3e-16, 1e-9}, OptionalDouble.of(1e-12)),
                () -> new LogHistogram("No errors", "error", new double[] {0, 0}, OptionalDouble.empty()),
                () -> new HeatMap("Gradient", "B", "N", MATRIX),
                () -> new HeatMap("Constant", "B", "N", Tensor.full(DType.FLOAT32, Shape.of(300, 400), 1e30)),
                () -> Plot.row(
                        "Both", List.of(new HeatMap("a", "B", "N", MATRIX), new HeatMap("b", "B", "N", MATRIX))));
    }

    @ParameterizedTest
    @MethodSource("plots")
    void svgIsWellFormedStableWithoutScript(Supplier<Plot> plot) {
        String svg = plot.get().toSvg();
        Svg parsed = Svg.parse(svg);
        assertThat(parsed.texts("text")).isNotEmpty();
        assertThat(parsed.texts("title")).isNotEmpty();
        assertThat(svg).isEqualTo(plot.get().toSvg()).doesNotContain("<script").doesNotContain("<!DOCTYPE");
    }

    @ParameterizedTest
    @MethodSource("plots")
    void svgDoesNotDependOnLocale(Supplier<Plot> plot) {
        String svg = plot.get().toSvg();
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(plot.get().toSvg()).isEqualTo(svg);
        } finally {
            Locale.setDefault(before);
        }
    }

    /** JFreeChart's text is of 12 px, which Batik says once, at its root. */
    @Test
    void svgSaysHowLargeItsTextIs() {
        assertThat(plots().findFirst().orElseThrow().get().toSvg()).contains("font-size=\"12px\"");
    }

    @Test
    void fitHasTheColourOfWhatItFits() {
        XyPlot plot = new XyPlot("t", "x", "y")
                .points("a", X, X)
                .fit("of a", X, X)
                .points("b", X, X)
                .fit("of b", X, X);
        assertThat(plot.toSvg()).contains("rgb(31,119,180)", "rgb(255,127,14)").doesNotContain("rgb(44,160,44)");
        assertThat(new XyPlot("t", "x", "y")
                        .points("a", X, X)
                        .line("l", X, X)
                        .line("m", X, X)
                        .toSvg())
                .contains("rgb(44,160,44)");
        assertThatThrownBy(() -> new XyPlot("t", "x", "y").fit("f", X, X)).hasMessage("f: a fit to nothing");
    }

    @Test
    void textIsText() {
        List<String> texts =
                Svg.parse(plots().findFirst().orElseThrow().get().toSvg()).texts("text");
        assertThat(texts).contains("Loss <script> & co", "step", "loss", "mean of 2 steps");
    }

    @Test
    void histogramCountsWhatItCannotShowAndMarksTheLimit() {
        double[] values = {0, 0, -1, Double.NaN, Double.MIN_VALUE, 1e-16, 1e-9};
        Svg svg = Svg.parse(new LogHistogram("Errors", "error", values, OptionalDouble.of(1e-12)).toSvg());
        assertThat(svg.texts("text")).contains("Errors · 2 exactly 0 · 3 not on the axis", "limit 1e-12", "1e-12");
        assertThat(svg.texts("desc"))
                .containsExactly("Histogram of 2 values from 1e-16 to 1e-09. 1 are beyond the limit of 1e-12.");
    }

    @Test
    void heatMapIsGreyFromBlackToWhiteClearWhereNotFinite() throws IOException {
        String svg = new HeatMap("Gradient", "B", "N", MATRIX).toSvg();
        Matcher png = Pattern.compile("data:image/png;base64,([^\"]+)").matcher(svg);
        assertThat(png.find()).isTrue();
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(png.group(1))));
        assertThat(image.getRGB(0, 0)).isEqualTo(0xff000000);
        assertThat(image.getRGB(image.getWidth() - 1, image.getHeight() - 1)).isEqualTo(0xffffffff);
        assertThat(image.getRGB(image.getWidth() / 2, 0)).isEqualTo(0xff333333);
        assertThat(image.getRGB(0, image.getHeight() - 1) >>> 24).isZero();
    }

    @Test
    void heatMapOfMoreThanTwoDimensionsStacksTheMatricesAndSaysSo() {
        Tensor cube = Tensor.of(DType.FLOAT64, Shape.of(3, 2, 2), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        Svg svg = Svg.parse(new HeatMap("Gradient", "row", "column", cube).toSvg());
        assertThat(svg.texts("text")).contains("Gradient, 3 matrices one below the other");
        assertThat(svg.texts("desc"))
                .containsExactly("Heat map of a tensor of shape (3, 2, 2), column to the right and row downwards, "
                        + "from 0.0 (black) to 1.0 (white).");
    }

    @Test
    void heatMapOfSubnormalNumbersHasNoBarAndComesToAnEnd() {
        Tensor subnormal = Tensor.of(DType.FLOAT64, Shape.of(2, 2), 0, Double.MIN_VALUE, 0, 1e-310);
        String svg = assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> new HeatMap("Error", "row", "column", subnormal).toSvg());
        assertThat(Svg.parse(svg).texts("desc"))
                .containsExactly("Heat map of a matrix of shape (2, 2), column to the right and row downwards, "
                        + "from 0.0 (black) to 1e-310 (white).");
    }

    @Test
    void movingAverageIsOfFewerAtTheStart() {
        assertThat(XyPlot.movingAverage(new double[] {4, 2, 6, 1}, 2)).containsExactly(4, 3, 4, 3.5);
        assertThatThrownBy(() -> XyPlot.movingAverage(X, 0)).hasMessage("a moving average over 0 values");
    }

    @Test
    void wrongInputsAreRefusedWithTheNumbers() {
        assertThatThrownBy(() -> new XyPlot("t", "x", "y").line("fit", X, new double[2]))
                .hasMessage("fit: 4 x and 2 y");
        assertThatThrownBy(() -> new LogHistogram("t", "x", X, OptionalDouble.of(0)))
                .hasMessage("limit 0.0 on a logarithmic axis");
        assertThatThrownBy(() -> Plot.row("t", List.of())).hasMessage("a row of 0 plots");
        assertThatThrownBy(() -> new HeatMap("t", "B", "N", Tensor.of(DType.FLOAT64, Shape.of(0, 3))))
                .hasMessage("heat map of a tensor of shape (0, 3): no elements");
    }

    @Test
    void aSinglePointHasLogarithmicAxes() {
        String svg = new XyPlot("one", "x", "y")
                .log(true, true)
                .points("none", new double[0], new double[0])
                .points("one", new double[] {1e-6}, new double[] {4.999999999999989E7})
                .toSvg();
        assertThat(svg).contains(">1e-5<", ">1e7<", ">1e8<");
    }
}
