package org.gradtwin.report.draw;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.axis.TickType;
import org.jfree.chart.axis.ValueTick;
import org.jfree.chart.ui.RectangleEdge;

/** Logarithmic axes with a label at each power of ten. */
final class LogAxes {
    private LogAxes() {}

    /** JFreeChart draws labels with exponents as outlines of glyphs; these are plain text, which stays text in SVG. */
    private static final class TextAxis extends LogAxis {
        private final NumberFormat format;

        TextAxis(String label, NumberFormat format) {
            super(label);
            this.format = format;
        }

        @Override
        public List<ValueTick> refreshTicks(
                Graphics2D graphics, AxisState state, Rectangle2D dataArea, RectangleEdge edge) {
            List<ValueTick> ticks = new ArrayList<>();
            for (Object object : super.refreshTicks(graphics, state, dataArea, edge)) {
                ValueTick tick = (ValueTick) object;
                String label = TickType.MAJOR.equals(tick.getTickType()) ? format.format(tick.getValue()) : "";
                ticks.add(new NumberTick(
                        tick.getTickType(),
                        tick.getValue(),
                        label,
                        tick.getTextAnchor(),
                        tick.getRotationAnchor(),
                        tick.getAngle()));
            }
            return ticks;
        }
    }

    private static NumberFormat format() {
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
        symbols.setExponentSeparator("e");
        return new DecimalFormat("0E0", symbols);
    }

    /** An axis whose range follows the data. */
    static LogAxis axis(String label) {
        NumberFormat format = format();
        LogAxis axis = new TextAxis(label, format);
        axis.setTickUnit(new NumberTickUnit(1, format, 9));
        // It is measured before it is drawn, to leave room for the widest label.
        axis.setNumberFormatOverride(format);
        return axis;
    }

    /** An axis over whole decades that hold both values, at least one. */
    static LogAxis axis(String label, double least, double greatest) {
        LogAxis axis = axis(label);
        double from = Math.floor(Math.log10(least));
        double to = Math.max(from + 1, Math.ceil(Math.log10(greatest)));
        axis.setRange(Math.pow(10, from), Math.pow(10, to));
        axis.setTickUnit(new NumberTickUnit(Math.max(1, Math.ceil((to - from) / 10)), format(), 1));
        return axis;
    }
}
