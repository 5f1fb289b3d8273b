package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the part of DOT that drawings use, character by character as its grammar has it: quoted ids, attribute lists,
 * edges. Anything else throws.
 */
record DotText(Map<String, String> labels, List<String> edges) {
    private static final String QUOTED = "\"((?:[^\"\\\\\\n]|\\\\.)*)\"";
    private static final String ATTRIBUTE = "\\w+=(?:\\w+|" + QUOTED.replace("((?:", "(?:(?:") + ")";
    private static final Pattern NODE =
            Pattern.compile("  " + QUOTED + " \\[((?:" + ATTRIBUTE + ")(?:, " + ATTRIBUTE + ")*)\\];");
    private static final Pattern EDGE = Pattern.compile("  " + QUOTED + " -> " + QUOTED + ";");
    private static final Pattern LABEL = Pattern.compile("label=" + QUOTED);
    private static final Pattern GRAPH = Pattern.compile("  graph \\[" + ATTRIBUTE + "(?:, " + ATTRIBUTE + ")*\\];");

    static DotText parse(String text) {
        List<String> lines = text.lines().toList();
        if (!lines.get(0).equals("digraph {") || !lines.get(lines.size() - 1).equals("}")) {
            throw new AssertionError("no digraph in braces: " + text);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        List<String> edges = new ArrayList<>();
        for (String line : lines.subList(1, lines.size() - 1)) {
            Matcher node = NODE.matcher(line);
            Matcher edge = EDGE.matcher(line);
            if (node.matches()) {
                Matcher label = LABEL.matcher(node.group(2));
                if (!label.find()) {
                    throw new AssertionError("no label: " + line);
                }
                labels.put(node.group(1), label.group(1));
            } else if (edge.matches() && labels.containsKey(edge.group(1)) && labels.containsKey(edge.group(2))) {
                edges.add(edge.group(1) + " -> " + edge.group(2));
            } else if (!GRAPH.matcher(line).matches()) {
                throw new AssertionError("not DOT: " + line);
            }
        }
        return new DotText(labels, edges);
    }
}
