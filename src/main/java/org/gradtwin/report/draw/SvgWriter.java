package org.gradtwin.report.draw;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.report.draw.Layout.Box;
import org.gradtwin.report.draw.Layout.Point;

/**
 * Writes a drawing that has been laid out as SVG. It holds no ids, so that several can stand in one page, and no
 * script.
 */
final class SvgWriter {
    private static final double ARROW = 7;
    private static final double CORNER = 9;
    static final String STYLE = """
            .gt-graph{color:#1b1b1f;font:12px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}
            .gt-graph .paper{fill:#fff}
            .gt-graph .box{fill:#f3f4f8;stroke:currentColor;stroke-width:1}
            .gt-graph .juncture{fill:#fff;stroke:currentColor;stroke-width:1}
            .gt-graph .off{fill:#fdeaea;stroke-width:2.5;stroke-dasharray:6 3}
            .gt-graph .mark{font-weight:bold}
            .gt-graph .rule{stroke:currentColor;stroke-width:.5;stroke-opacity:.5}
            .gt-graph .edge{fill:none;stroke:currentColor;stroke-width:1;stroke-opacity:.75}
            .gt-graph text{fill:currentColor;stroke:none}
            .gt-graph .head{fill:currentColor;stroke:none}
            @media (prefers-color-scheme:dark){.gt-graph{color:#e7e7ea}.gt-graph .paper,.gt-graph .juncture{fill:#17181c}\
            .gt-graph .box{fill:#24262d}.gt-graph .off{fill:#4a2226}}
            """;

    private final GraphDrawing drawing;
    private final Layout layout;
    private final StringBuilder out = new StringBuilder();

    SvgWriter(GraphDrawing drawing, Layout layout) {
        this.drawing = drawing;
        this.layout = layout;
    }

    static String markText(String mark) {
        return "✗ " + mark;
    }

    String text() {
        String width = number(layout.width());
        String height = number(layout.height());
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"gt-graph\" role=\"graphics-document document\" width=\""
                + width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height + "\">");
        line("<title>" + Xml.escape(drawing.title()) + "</title>");
        line("<desc>" + Xml.escape(drawing.description()) + "</desc>");
        line("<style>\n" + STYLE + "</style>");
        line("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>");
        layout.routes().forEach(this::edge);
        for (int i = 0; i < drawing.nodes().size(); i++) {
            node(drawing.nodes().get(i), layout.boxes().get(i));
        }
        line("</svg>");
        return out.toString();
    }

    private void edge(List<Point> route) {
        Point end = route.get(route.size() - 1);
        // The curve ends where the arrow head begins; edges arrive from the left.
        Point neck = new Point(end.x() - ARROW + 1, end.y());
        StringBuilder path = new StringBuilder("M").append(pair(route.get(0)));
        int i = 1;
        for (; i + 3 < route.size(); i += 3) {
            path.append("C").append(pair(route.get(i)));
            path.append(" ").append(pair(route.get(i + 1)));
            path.append(" ").append(pair(route.get(i + 2)));
        }
        String command = switch (route.size() - i) {
            case 3 -> "C";
            case 2 -> "Q";
            default -> "L";
        };
        path.append(command);
        for (; i < route.size() - 1; i++) {
            path.append(pair(route.get(i))).append(" ");
        }
        path.append(pair(neck));
        line("<path class=\"edge\" d=\"" + path + "\"/>");
        line("<path class=\"head\" d=\"M" + pair(end) + "l" + number(-ARROW) + " -3.5v7z\"/>");
    }

    private void node(DrawnNode node, Box box) {
        line("<g>");
        if (!node.hint().isEmpty()) {
            line("<title>" + Xml.escape(node.hint()) + "</title>");
        }
        if (node instanceof Juncture juncture) {
            line("<rect class=\"juncture\" " + place(box) + " rx=\"" + number(box.height() / 2) + "\"/>");
            line("<text x=\"" + number(box.x() + box.width() / 2) + "\" y=\"" + number(box.y() + box.height() / 2 + 4)
                    + "\" text-anchor=\"middle\">" + Xml.escape(juncture.op()) + "</text>");
        } else {
            value((Value) node, box);
        }
        line("</g>");
    }

    private void value(Value value, Box box) {
        boolean marked = !value.marks().isEmpty();
        if (marked) {
            line("<path class=\"box off\" d=\"" + octagon(box) + "\"/>");
        } else {
            line("<rect class=\"box\" " + place(box) + " rx=\"3\"/>");
        }
        int row = 0;
        for (String field : value.fields()) {
            field(box, row++, field, "");
        }
        for (String mark : value.marks()) {
            field(box, row++, markText(mark), " class=\"mark\"");
        }
    }

    private void field(Box box, int row, String text, String attributes) {
        double top = box.y() + 1 + row * Layout.LINE;
        if (row > 0) {
            line("<path class=\"rule\" d=\"M" + pair(new Point(box.x(), top)) + "h" + number(box.width()) + "\"/>");
        }
        line("<text" + attributes + " x=\"" + number(box.x() + box.width() / 2) + "\" y=\"" + number(top + 13)
                + "\" text-anchor=\"middle\">" + Xml.escape(text) + "</text>");
    }

    /** A box without corners: a marked value is told by its outline. */
    private static String octagon(Box box) {
        double x = box.x();
        double y = box.y();
        double right = x + box.width();
        double bottom = y + box.height();
        return "M" + pair(new Point(x + CORNER, y)) + "H" + number(right - CORNER) + "L"
                + pair(new Point(right, y + CORNER)) + "V" + number(bottom - CORNER) + "L"
                + pair(new Point(right - CORNER, bottom)) + "H" + number(x + CORNER) + "L"
                + pair(new Point(x, bottom - CORNER)) + "V" + number(y + CORNER) + "z";
    }

    private static String place(Box box) {
        return "x=\"" + number(box.x()) + "\" y=\"" + number(box.y()) + "\" width=\"" + number(box.width())
                + "\" height=\"" + number(box.height()) + "\"";
    }

    private static String pair(Point point) {
        return number(point.x()) + "," + number(point.y());
    }

    /** The number with at most two decimals. */
    static String number(double value) {
        String text = BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_EVEN)
                .stripTrailingZeros()
                .toPlainString();
        return text.equals("-0") ? "0" : text;
    }

    private void line(String text) {
        out.append(text).append('\n');
    }
}
