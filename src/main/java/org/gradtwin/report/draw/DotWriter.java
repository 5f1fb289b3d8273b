package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;

/** Writes a drawing in Graphviz's language (graphviz.org, "DOT Language" and "Record-based Nodes"). */
final class DotWriter {
    private final GraphDrawing drawing;

    DotWriter(GraphDrawing drawing) {
        this.drawing = drawing;
    }

    String text() {
        StringBuilder out = new StringBuilder("digraph {\n");
        out.append("  graph [rankdir=LR, label=")
                .append(quoted(drawing.title()))
                .append("];\n");
        for (DrawnNode node : drawing.nodes()) {
            out.append("  ").append(quoted(node.id())).append(" [").append(attributes(node));
            if (!node.hint().isEmpty()) {
                out.append(", tooltip=").append(quoted(node.hint()));
            }
            out.append("];\n");
        }
        for (GraphDrawing.Edge edge : drawing.edges()) {
            out.append("  ")
                    .append(quoted(edge.from()))
                    .append(" -> ")
                    .append(quoted(edge.to()))
                    .append(";\n");
        }
        return out.append("}\n").toString();
    }

    private static String attributes(DrawnNode node) {
        if (node instanceof Juncture juncture) {
            return "shape=ellipse, label=" + quoted(juncture.op());
        }
        Value value = (Value) node;
        List<String> fields = new ArrayList<>(value.fields());
        value.marks().forEach(mark -> fields.add("✗ " + mark));
        String label = fields.stream().map(DotWriter::field).collect(Collectors.joining(" | "));
        // The escapes of a record label are written as they stand; only its quotes need another one.
        return (value.marks().isEmpty() ? "shape=record" : "shape=Mrecord, style=bold") + ", label=\""
                + label.replace("\"", "\\\"") + "\"";
    }

    private static String field(String text) {
        StringBuilder escaped = new StringBuilder();
        line(text).codePoints().forEach(c -> {
            if ("\\{}|<>".indexOf(c) >= 0) {
                escaped.append('\\');
            }
            escaped.appendCodePoint(c);
        });
        return escaped.toString();
    }

    private static String quoted(String text) {
        return "\"" + line(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** DOT text is one line a label: control characters become spaces. */
    private static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }
}
