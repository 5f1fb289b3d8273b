package org.gradtwin.report.draw;

import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTickUnit;

/** Logarithmic axes with a label at each power of ten. */
final class LogAxes {
    private LogAxes() {}

    static LogAxis axis(String label) {
        DecimalFormatSymbols symbols = DecimalFormatSymbols.getInstance(Locale.ROOT);
        symbols.setExponentSeparator("e");
        DecimalFormat format = new DecimalFormat("0E0", symbols);
        LogAxis axis = new LogAxis(label);
        axis.setTickUnit(new NumberTickUnit(1, format, 9));
        axis.setNumberFormatOverride(format);
        return axis;
    }

    /** An axis over whole decades that hold both values, at least one. */
    static LogAxis axis(String label, double least, double greatest) {
        LogAxis axis = axis(label);
        double from = Math.floor(Math.log10(least));
        double to = Math.max(from + 1, Math.ceil(Math.log10(greatest)));
        axis.setRange(Math.pow(10, from), Math.pow(10, to));
        double decades = to - from;
        axis.setTickUnit(new NumberTickUnit(Math.max(1, Math.ceil(decades / 10)), axis.getNumberFormatOverride(), 1));
        return axis;
    }
}
