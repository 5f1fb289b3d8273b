package org.gradtwin.report.draw;

import java.util.List;

/** Plots beside each other. */
record PlotRow(String title, List<? extends Plot> plots) implements Plot {
    PlotRow {
        plots = List.copyOf(plots);
        if (plots.isEmpty()) {
            throw new IllegalArgumentException("a row of 0 plots");
        }
    }

    @Override
    public int width() {
        return plots.stream().mapToInt(Plot::width).sum();
    }

    @Override
    public int height() {
        return plots.stream().mapToInt(Plot::height).max().orElse(0);
    }

    @Override
    public String toSvg() {
        StringBuilder out = new StringBuilder("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width()
                + "\" height=\"" + height() + "\" viewBox=\"0 0 " + width() + " " + height() + "\">\n<title>"
                + Xml.escape(title) + "</title>\n");
        int x = 0;
        for (Plot plot : plots) {
            out.append(plot.toSvg().replaceFirst("<svg ", "<svg x=\"" + x + "\" "));
            x += plot.width();
        }
        return out.append("</svg>\n").toString();
    }
}
