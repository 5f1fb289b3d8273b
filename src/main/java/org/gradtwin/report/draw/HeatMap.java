package org.gradtwin.report.draw;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.gradtwin.tensor.Decimals;
import org.gradtwin.tensor.Tensor;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.GrayPaintScale;
import org.jfree.chart.title.PaintScaleLegend;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/**
 * A matrix in greys, the least element black and the greatest white, with a colour bar; of more dimensions the matrices
 * of the last two, one below the other. Elements that are not finite
 * are left clear. The elements are a picture inside the SVG, so a large matrix stays small.
 */
public final class HeatMap implements Plot {
    static {
        Headless.require();
    }

    /** About the side of the data area, in pixels. */
    private static final int SIDE = 360;

    /** On an axis that is shorter than this, where a step between two ticks would be subnormal, none is ever found. */
    private static final double SHORTEST = 1e-300;

    private final String title;
    private final String rowLabel;
    private final String columnLabel;
    private final Tensor matrix;
    private final double least;
    private final double greatest;

    /**
     * A heat map.
     *
     * @param matrix of any rank; one of rank 1 is a row
     * @throws IllegalArgumentException if it has no elements
     */
    public HeatMap(String title, String rowLabel, String columnLabel, Tensor matrix) {
        if (matrix.size() == 0) {
            throw new IllegalArgumentException("heat map of a tensor of shape " + matrix.shape() + ": no elements");
        }
        int rank = matrix.shape().rank();
        this.title = rank <= 2
                ? title
                : title + ", " + matrix.shape().product(0, rank - 2) + " matrices one below the other";
        this.rowLabel = rowLabel;
        this.columnLabel = columnLabel;
        this.matrix = matrix;
        double[] finite =
                Arrays.stream(matrix.toDoubles()).filter(Double::isFinite).toArray();
        this.least = Arrays.stream(finite).min().orElse(0);
        this.greatest = Arrays.stream(finite).max().orElse(0);
    }

    @Override
    public int width() {
        return 480;
    }

    @Override
    public int height() {
        return 440;
    }

    @Override
    public String toSvg() {
        NumberAxis columns = axis(columnLabel, matrix.shape().last());
        NumberAxis rows = axis(rowLabel, matrix.shape().rows());
        rows.setInverted(true);
        XYPlot plot = new XYPlot(null, columns, rows, null);
        plot.setDomainGridlinesVisible(false);
        plot.setRangeGridlinesVisible(false);
        JFreeChart chart = ChartSvg.chart(title, plot, false);
        // An axis has a finite length, and ticks; the description says both ends all the same.
        double length = greatest - least;
        if (Double.isFinite(length) && least < Double.MAX_VALUE && (length == 0 || length >= SHORTEST)) {
            chart.addSubtitle(colourBar());
        }
        return ChartSvg.text(
                chart,
                width(),
                height(),
                title,
                description(),
                area -> "<image x=\"" + SvgWriter.number(area.getX()) + "\" y=\"" + SvgWriter.number(area.getY())
                        + "\" width=\"" + SvgWriter.number(area.getWidth()) + "\" height=\""
                        + SvgWriter.number(area.getHeight())
                        + "\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
                        + " href=\"data:image/png;base64," + png() + "\"/>\n");
    }

    private String description() {
        return "Heat map of a " + (matrix.shape().rank() <= 2 ? "matrix" : "tensor") + " of shape " + matrix.shape()
                + ", " + columnLabel + " to the right and " + rowLabel
                + " downwards, from " + Decimals.shortest(least) + " (black) to " + Decimals.shortest(greatest)
                + " (white).";
    }

    private static NumberAxis axis(String label, int size) {
        NumberAxis axis = new NumberAxis(label);
        axis.setRange(-0.5, size - 0.5);
        axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
        return axis;
    }

    private PaintScaleLegend colourBar() {
        // A scale needs two ends, also for a matrix of equal elements.
        double top = greatest > least ? greatest : Math.max(least + 1, Math.nextUp(least));
        NumberAxis axis = new NumberAxis();
        ChartSvg.style(axis);
        axis.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
        PaintScaleLegend bar = new PaintScaleLegend(new GrayPaintScale(least, top), axis);
        bar.setPosition(RectangleEdge.RIGHT);
        bar.setAxisLocation(AxisLocation.BOTTOM_OR_RIGHT);
        bar.setBackgroundPaint(ChartSvg.CLEAR);
        bar.setStripWidth(14);
        bar.setSubdivisionCount(64);
        bar.setStripOutlinePaint(ChartSvg.INK);
        bar.setMargin(new RectangleInsets(8, 12, 40, 4));
        return bar;
    }

    private String png() {
        int columns = matrix.shape().last();
        int rows = matrix.shape().rows();
        // Enlarged here: not every reader keeps the edges of pixels when it enlarges.
        int wide = Math.max(1, SIDE / columns);
        int high = Math.max(1, SIDE / rows);
        BufferedImage image = new BufferedImage(columns * wide, rows * high, BufferedImage.TYPE_INT_ARGB);
        for (int position = 0; position < matrix.size(); position++) {
            double value = matrix.get(position);
            if (Double.isFinite(value)) {
                // Halved first: the difference of two finite numbers may overflow.
                double share = greatest > least ? (value / 2 - least / 2) / (greatest / 2 - least / 2) : 0;
                int grey = (int) Math.round(255 * share);
                int[] pixels = new int[wide * high];
                Arrays.fill(pixels, 0xff000000 | grey << 16 | grey << 8 | grey);
                image.setRGB(position % columns * wide, position / columns * high, wide, high, pixels, 0, wide);
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            ImageIO.write(image, "png", out);
            return Base64.getEncoder().encodeToString(out.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
