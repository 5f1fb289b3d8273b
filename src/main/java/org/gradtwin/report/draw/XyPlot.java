package org.gradtwin.report.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.DatasetRenderingOrder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Curves and points in one pair of axes; what is added later lies on top. Values that are not finite, or not between
 * 1e-300 and 1e300 on a logarithmic axis, leave a gap.
 */
public final class XyPlot implements Plot {
    /** The least number on a logarithmic axis. */
    public static final double LEAST = 1e-300;

    static {
        Headless.require();
    }

    private static final List<Color> COLORS = List.of(
            ChartSvg.BLUE, ChartSvg.ORANGE, new Color(0x2c, 0xa0, 0x2c), ChartSvg.RED, new Color(0x94, 0x67, 0xbd));

    private static final float[][] DASHES = {{}, {8, 4}, {2, 4}, {10, 4, 2, 4}, {5, 3}};

    private static final int MOST_NAMES = 6;

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Series> series = new ArrayList<>();
    private List<String> names = List.of();
    private boolean logX;
    private boolean logY;
    private boolean dashed;

    private int colors;

    @SuppressWarnings("ArrayRecordComponent") // compared nowhere
    private record Series(String name, double[] x, double[] y, boolean line, float width, Color color) {}

    /** Empty axes. */
    public XyPlot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /**
     * The loss of every training step, faint, and its moving average.
     *
     * @param window how many steps are averaged, see {@link #movingAverage}
     */
    public static XyPlot lossCurve(String title, double[] loss, int window) {
        double[] step = new double[loss.length];
        for (int i = 0; i < step.length; i++) {
            step[i] = i;
        }
        XyPlot plot = new XyPlot(title, "step", "loss");
        plot.add(new Series("loss", step, loss.clone(), true, 0.6f, plot.next()));
        return plot.line("mean of " + window + " steps", step, movingAverage(loss, window));
    }

    /**
     * The mean of each value and the {@code window − 1} before it, of fewer at the start.
     *
     * @throws IllegalArgumentException if the window is not positive
     */
    public static double[] movingAverage(double[] values, int window) {
        if (window < 1) {
            throw new IllegalArgumentException("a moving average over " + window + " values");
        }
        double[] means = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int from = Math.max(0, i - window + 1);
            double sum = 0;
            // Added anew each time: a running sum would keep the rounding, and a single NaN, for ever.
            for (int j = from; j <= i; j++) {
                sum += values[j];
            }
            means[i] = sum / (i - from + 1);
        }
        return means;
    }

    /**
     * Adds a curve through points, in their order.
     *
     * @throws IllegalArgumentException if x and y differ in length
     */
    public XyPlot line(String name, double[] x, double[] y) {
        return add(new Series(name, x.clone(), y.clone(), true, 1.8f, next()));
    }

    /**
     * Adds a curve in the colour of what was added before it.
     *
     * @throws IllegalArgumentException if x and y differ in length, or nothing was added before
     */
    public XyPlot fit(String name, double[] x, double[] y) {
        if (series.isEmpty()) {
            throw new IllegalArgumentException(name + ": a fit to nothing");
        }
        return add(new Series(
                name,
                x.clone(),
                y.clone(),
                true,
                1.8f,
                series.get(series.size() - 1).color()));
    }

    /**
     * Adds points.
     *
     * @throws IllegalArgumentException if x and y differ in length
     */
    public XyPlot points(String name, double[] x, double[] y) {
        return add(new Series(name, x.clone(), y.clone(), false, 0, next()));
    }

    /**
     * Adds points in red, for what is wrong.
     *
     * @throws IllegalArgumentException if x and y differ in length
     */
    public XyPlot faults(String name, double[] x, double[] y) {
        return add(new Series(name, x.clone(), y.clone(), false, 0, ChartSvg.RED));
    }

    /** Gives the places 0, 1, … of the horizontal axis names; of very many some are written. */
    public XyPlot named(List<String> places) {
        names = List.copyOf(places);
        return this;
    }

    private Color next() {
        return COLORS.get(colors++ % COLORS.size());
    }

    private XyPlot add(Series added) {
        if (added.x().length != added.y().length) {
            throw new IllegalArgumentException(
                    added.name() + ": " + added.x().length + " x and " + added.y().length + " y");
        }
        series.add(added);
        return this;
    }

    /** Makes axes logarithmic. */
    public XyPlot log(boolean x, boolean y) {
        logX = x;
        logY = y;
        return this;
    }

    /** Tells lines apart by dashes too; the first is solid. */
    public XyPlot dashed() {
        dashed = true;
        return this;
    }

    @Override
    public int width() {
        return 640;
    }

    @Override
    public int height() {
        return 400;
    }

    @Override
    public String toSvg() {
        return ChartSvg.text(chart(), width(), height(), title, description());
    }

    /** The plot as an image on white, two pixels a unit. Its bytes depend on the fonts of the machine. */
    public byte[] toPng() {
        ChartSvg.requireFonts();
        return ChartPng.bytes(chart(), width(), height());
    }

    private JFreeChart chart() {
        ValueAxis across = names.isEmpty() ? axis(xLabel, logX, Series::x) : namedAxis();
        XYPlot plot = new XYPlot(null, across, axis(yLabel, logY, Series::y), null);
        plot.setDatasetRenderingOrder(DatasetRenderingOrder.FORWARD);
        for (int i = 0; i < series.size(); i++) {
            plot.setDataset(i, data(series.get(i)));
            plot.setRenderer(i, renderer(series.get(i), i));
        }
        return ChartSvg.chart(title, plot, true);
    }

    private String description() {
        List<String> parts = new ArrayList<>();
        for (Series one : series) {
            parts.add(String.format(
                    Locale.ROOT,
                    "%s: %d %s",
                    one.name(),
                    one.x().length,
                    one.line() ? "points joined by a line" : "points"));
        }
        return yLabel + " over " + xLabel + ". " + String.join("; ", parts) + ".";
    }

    private ValueAxis namedAxis() {
        int step = 1 + (names.size() - 1) / MOST_NAMES;
        SymbolAxis axis = new SymbolAxis(
                xLabel,
                IntStream.range(0, names.size())
                        .mapToObj(i -> i % step == 0 ? names.get(i) : "")
                        .toArray(String[]::new));
        axis.setGridBandsVisible(false);
        return axis;
    }

    private ValueAxis axis(String label, boolean log, Function<Series, double[]> values) {
        if (log) {
            // A range of its own: JFreeChart makes none around a single point.
            DoubleSummaryStatistics range = series.stream()
                    .flatMapToDouble(one -> Arrays.stream(values.apply(one)))
                    .filter(value -> shown(value, true))
                    .summaryStatistics();
            return range.getCount() == 0 ? LogAxes.axis(label) : LogAxes.axis(label, range.getMin(), range.getMax());
        }
        NumberAxis axis = new NumberAxis(label);
        axis.setAutoRangeIncludesZero(false);
        axis.setStandardTickUnits(NumberAxis.createStandardTickUnits(Locale.ROOT));
        return axis;
    }

    private XYSeriesCollection data(Series one) {
        XYSeries points = new XYSeries(one.name(), false, true);
        for (int i = 0; i < one.x().length; i++) {
            boolean shown = shown(one.x()[i], logX) && shown(one.y()[i], logY);
            if (shown) {
                points.add(one.x()[i], one.y()[i]);
            } else if (shown(one.x()[i], logX)) {
                points.add(one.x()[i], Double.NaN);
            }
        }
        return new XYSeriesCollection(points);
    }

    private static boolean shown(double value, boolean log) {
        return Double.isFinite(value) && (!log || (value >= LEAST && value <= 1e300));
    }

    private XYLineAndShapeRenderer renderer(Series one, int number) {
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(one.line(), !one.line());
        boolean many = one.x().length > 200;
        double size = many ? 2.5 : 5;
        // A square takes a fifth of a circle's text.
        Shape dot = many
                ? new Rectangle2D.Double(-size / 2, -size / 2, size, size)
                : new Ellipse2D.Double(-size / 2, -size / 2, size, size);
        renderer.setDrawOutlines(false);
        renderer.setSeriesShape(0, dot);
        renderer.setSeriesPaint(0, one.color());
        float[] dashes = dashed ? DASHES[number % DASHES.length] : DASHES[0];
        renderer.setSeriesStroke(
                0,
                dashes.length == 0
                        ? new BasicStroke(one.width(), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND)
                        : new BasicStroke(one.width(), BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, dashes, 0));
        renderer.setDrawSeriesLineAsPath(true);
        return renderer;
    }
}
