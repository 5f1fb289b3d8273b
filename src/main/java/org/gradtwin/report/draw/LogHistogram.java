package org.gradtwin.report.draw;

import java.awt.BasicStroke;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import org.gradtwin.tensor.Decimals;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * A histogram over a logarithmic axis, four bins a decade: for errors, which range from an ulp to a wrong formula. What
 * a logarithmic axis cannot show is counted in the title.
 */
public final class LogHistogram implements Plot {
    static {
        Headless.require();
    }

    private static final int BINS = 4;

    private final String title;
    private final String xLabel;
    private final double[] shown;
    private final int zeros;
    private final int others;
    private final OptionalDouble limit;

    /**
     * A histogram.
     *
     * @param values zeros are counted apart, and so is what is not between 1e-300 and 1e300
     * @param limit a number at which a line is drawn, if any
     * @throws IllegalArgumentException if the limit is not between 1e-300 and 1e300
     */
    public LogHistogram(String title, String xLabel, double[] values, OptionalDouble limit) {
        if (limit.isPresent() && !isShown(limit.getAsDouble())) {
            throw new IllegalArgumentException("limit " + limit.getAsDouble() + " on a logarithmic axis");
        }
        this.title = title;
        this.xLabel = xLabel;
        this.shown =
                Arrays.stream(values).filter(LogHistogram::isShown).sorted().toArray();
        this.zeros = (int) Arrays.stream(values).filter(value -> value == 0).count();
        this.others = values.length - zeros - shown.length;
        this.limit = limit;
    }

    @Override
    public int width() {
        return 640;
    }

    @Override
    public int height() {
        return 320;
    }

    @Override
    public String toSvg() {
        double some = limit.orElse(1);
        double least = Math.min(limit.orElse(Double.MAX_VALUE), shown.length == 0 ? some : shown[0]);
        double greatest = Math.max(2 * limit.orElse(0), shown.length == 0 ? some : shown[shown.length - 1]);
        LogAxis axis = LogAxes.axis(xLabel, least, greatest);
        NumberAxis counts = new NumberAxis("count");
        counts.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
        XYBarRenderer bars = new XYBarRenderer(0.04);
        bars.setBarPainter(new StandardXYBarPainter());
        bars.setShadowVisible(false);
        bars.setSeriesPaint(0, ChartSvg.BLUE);
        XYPlot plot = new XYPlot(bins(), axis, counts, bars);
        limit.ifPresent(value ->
                plot.addDomainMarker(marker(value, Math.log(value) > (Math.log(least) + Math.log(greatest)) / 2)));
        String heading = title + apart();
        return ChartSvg.text(ChartSvg.chart(heading, plot, false), width(), height(), heading, description());
    }

    /** Whole decades around it must be normal numbers. */
    private static boolean isShown(double value) {
        return value >= 1e-300 && value <= 1e300;
    }

    private String apart() {
        return (zeros == 0 ? "" : " · " + zeros + " exactly 0")
                + (others == 0 ? "" : " · " + others + " not on the axis");
    }

    private String description() {
        String range = shown.length == 0
                ? ""
                : " from " + Decimals.shortest(shown[0]) + " to " + Decimals.shortest(shown[shown.length - 1]);
        String beyond = limit.isEmpty()
                ? ""
                : " "
                        + Arrays.stream(shown)
                                .filter(value -> value > limit.getAsDouble())
                                .count() + " are beyond the limit of " + Decimals.shortest(limit.getAsDouble()) + ".";
        return "Histogram of " + shown.length + " values" + range + "." + beyond;
    }

    private XYIntervalSeriesCollection bins() {
        XYIntervalSeries series = new XYIntervalSeries("count");
        int i = 0;
        while (i < shown.length) {
            double bin = Math.floor(BINS * Math.log10(shown[i]));
            int from = i;
            while (i < shown.length && Math.floor(BINS * Math.log10(shown[i])) == bin) {
                i++;
            }
            double left = Math.pow(10, bin / BINS);
            double right = Math.pow(10, (bin + 1) / BINS);
            series.add(Math.sqrt(left * right), left, right, i - from, 0, i - from);
        }
        XYIntervalSeriesCollection bins = new XYIntervalSeriesCollection();
        bins.addSeries(series);
        return bins;
    }

    /** A line with its label on the side where there is more room. */
    private static ValueMarker marker(double value, boolean toTheLeft) {
        ValueMarker marker = new ValueMarker(value, ChartSvg.RED, new BasicStroke(2));
        marker.setLabel("limit " + Decimals.shortest(value));
        marker.setLabelFont(ChartSvg.FONT);
        marker.setLabelPaint(ChartSvg.INK);
        marker.setLabelBackgroundColor(ChartSvg.CLEAR);
        marker.setLabelAnchor(toTheLeft ? RectangleAnchor.TOP_LEFT : RectangleAnchor.TOP_RIGHT);
        marker.setLabelTextAnchor(toTheLeft ? TextAnchor.TOP_RIGHT : TextAnchor.TOP_LEFT);
        return marker;
    }
}
