package org.gradtwin.report.draw;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.jfree.chart.ChartRenderingInfo;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.ui.RectangleInsets;
import org.w3c.dom.Document;

/**
 * Draws a chart of JFreeChart's as SVG through Batik. The ink of the chart becomes {@code currentColor}, and the paper
 * follows the reader's light or dark theme.
 */
final class ChartSvg {
    static {
        Headless.require();
    }

    /** Stands for the ink until the text is written; no scale of greys holds it. */
    static final Color INK = new Color(1, 2, 3);

    static final Color FAINT = new Color(136, 136, 136);
    static final Color BLUE = new Color(0x1f, 0x77, 0xb4);
    static final Color ORANGE = new Color(0xff, 0x7f, 0x0e);
    static final Color RED = new Color(0xd6, 0x27, 0x28);
    static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    static final Font TITLE_FONT = new Font(Font.SANS_SERIF, Font.BOLD, 14);

    static final Color CLEAR = new Color(0, 0, 0, 0);
    static final String STYLE = ".gt-plot{color:#1b1b1f}.gt-plot .paper{fill:#fff}"
            + "@media (prefers-color-scheme:dark){.gt-plot{color:#e7e7ea}.gt-plot .paper{fill:#17181c}}";

    private ChartSvg() {}

    /** A chart in the house style around a plot. */
    static JFreeChart chart(String title, XYPlot plot, boolean legend) {
        style(plot);
        JFreeChart chart = new JFreeChart(title, TITLE_FONT, plot, legend);
        chart.setBackgroundPaint(CLEAR);
        chart.getTitle().setPaint(INK);
        chart.setPadding(new RectangleInsets(6, 6, 6, 12));
        if (chart.getLegend() != null) {
            chart.getLegend().setBackgroundPaint(CLEAR);
            chart.getLegend().setItemPaint(INK);
            chart.getLegend().setItemFont(FONT);
            chart.getLegend().setFrame(BlockBorder.NONE);
        }
        return chart;
    }

    private static void style(XYPlot plot) {
        plot.setBackgroundPaint(CLEAR);
        plot.setOutlinePaint(INK);
        BasicStroke dotted =
                new BasicStroke(0.7f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {1.5f, 2.5f}, 0);
        plot.setDomainGridlinePaint(FAINT);
        plot.setRangeGridlinePaint(FAINT);
        plot.setDomainGridlineStroke(dotted);
        plot.setRangeGridlineStroke(dotted);
        style(plot.getDomainAxis());
        style(plot.getRangeAxis());
    }

    static void style(ValueAxis axis) {
        axis.setLabelFont(FONT);
        axis.setTickLabelFont(FONT);
        axis.setLabelPaint(INK);
        axis.setTickLabelPaint(INK);
        axis.setTickMarkPaint(INK);
        axis.setAxisLinePaint(INK);
    }

    /** What is drawn below the chart, once it is known where the data area is. */
    @FunctionalInterface
    interface Underlay {
        String svg(Rectangle2D dataArea);
    }

    static String text(JFreeChart chart, int width, int height, String title, String description) {
        return text(chart, width, height, title, description, area -> "");
    }

    static String text(JFreeChart chart, int width, int height, String title, String description, Underlay underlay) {
        requireFonts();
        String prefix = "p" + Integer.toHexString((title + '\n' + description).hashCode());
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
        context.setComment(null);
        context.setPrecision(2);
        context.setIDGenerator(new SVGIDGenerator() {
            private int next;

            @Override
            public String generateID(String kind) {
                return prefix + "-" + kind + next++;
            }
        });
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        graphics.setSVGCanvasSize(new Dimension(width, height));
        ChartRenderingInfo info = new ChartRenderingInfo();
        chart.draw(graphics, new Rectangle2D.Double(0, 0, width, height), null, info);
        String head = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gt-plot\" role=\"graphics-document document\""
                + " width=\"" + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\">\n"
                + "<title>" + Xml.escape(title) + "</title>\n<desc>" + Xml.escape(description) + "</desc>\n<style>"
                + STYLE + "</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
        return head + underlay.svg(info.getPlotInfo().getDataArea()) + body(graphics);
    }

    /** Says what to install where the JDK finds no font at all, as in a minimal container. */
    static void requireFonts() {
        try {
            FONT.getStringBounds("0", new FontRenderContext(null, true, true));
        } catch (RuntimeException | InternalError | LinkageError e) {
            throw new IllegalStateException(
                    "plots need a font, and this Java finds none (" + e.getMessage()
                            + "): install fontconfig and one font, for instance fonts-dejavu-core",
                    e);
        }
    }

    /**
     * Batik's document without its declaration and the ids that every document has. Its root becomes a group, because
     * it carries what the parts do not repeat, the size of the font for one.
     */
    private static String body(SVGGraphics2D graphics) {
        StringWriter out = new StringWriter();
        try {
            graphics.stream(out, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String text = out.toString().replace("\r\n", "\n");
        int root = text.indexOf("<svg");
        int end = text.indexOf('>', root);
        String inherited = text.substring(root + "<svg".length(), end)
                .replaceAll(
                        "\\s+(xmlns[:\\w]*|width|height|\\w+Type|zoomAndPan|version|preserveAspectRatio)=\"[^\"]*\"",
                        "");
        String parts = text.substring(end + 1, text.lastIndexOf("</svg"));
        return "<g" + inherited + ">"
                + parts.replace("rgb(1,2,3)", "currentColor")
                        .replace(" id=\"genericDefs\"", "")
                        .strip()
                + "</g>\n</svg>\n";
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument(SVGGraphics2D.SVG_NAMESPACE_URI, "svg", null);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("the JDK has no XML parser", e);
        }
    }
}
