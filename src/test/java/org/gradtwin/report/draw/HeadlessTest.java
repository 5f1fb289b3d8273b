package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.gradtwin.cli.Main;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A display that is announced but not there, in processes of their own: Java looks for it once, at its first colour. */
@Tag("process")
class HeadlessTest {
    @TempDir
    private Path folder;

    /** Draws one plot, before anything else. */
    static final class One {
        private One() {}

        public static void main(String[] arguments) {
            Tensor matrix = Tensor.full(DType.FLOAT32, Shape.of(2, 3), 1);
            Plot plot = switch (arguments[0]) {
                case "curve" -> new XyPlot("t", "x", "y").line("a", new double[] {1, 2}, new double[] {1, 2});
                case "histogram" -> new LogHistogram("t", "x", new double[] {1, 2}, OptionalDouble.of(1));
                default -> Plot.row("t", List.of(new HeatMap("t", "r", "c", matrix)));
            };
            System.out.print(plot.toSvg());
            if (plot instanceof XyPlot curve) {
                curve.toPng();
            }
        }
    }

    private static String run(int exit, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DISPLAY", ":77");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(exit);
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"curve", "histogram", "map"})
    void aPlotNeedsNoDisplay(String kind) throws Exception {
        assertThat(run(0, One.class.getName(), kind)).contains("</svg>");
    }

    /** What the closed boxes of a page hold. */
    private static String unpacked(String page) throws IOException {
        StringBuilder boxes = new StringBuilder();
        for (MatchResult box : Pattern.compile("data-packed=\"([^\"]*)\"")
                .matcher(page)
                .results()
                .toList()) {
            byte[] zipped = Base64.getDecoder().decode(box.group(1));
            try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
                boxes.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return boxes.toString();
    }

    @Test
    void verifyNeedsNoDisplay() throws Exception {
        assertThat(run(
                        Main.AGREE,
                        Main.class.getName(),
                        "verify",
                        "--case",
                        "notebook/gradient-check",
                        "--report",
                        folder.toString()))
                .contains("dashboard");
        assertThat(unpacked(Files.readString(folder.resolve("index.html")))).contains("error of the gradient of y");
    }
}
