package org.gradtwin.report.draw;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.elk.alg.layered.LayeredLayoutProvider;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.NodePlacementStrategy;
import org.eclipse.elk.alg.layered.options.OrderingStrategy;
import org.eclipse.elk.core.data.LayoutMetaDataService;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;

/**
 * Where everything goes: the layered layout of the Eclipse Layout Kernel (Sugiyama's method), from left to right. Sizes
 * are reckoned from a monospaced font's advance, so no font has to be installed.
 *
 * @param boxes of the nodes, in their order
 * @param routes of the edges, in their order: the start, then the control points of cubic curves
 */
record Layout(double width, double height, List<Box> boxes, List<List<Point>> routes) {
    static final double FONT_SIZE = 12;
    static final double LINE = 18;
    private static final double ADVANCE = 7.4;
    private static final double SIDE = 8;

    record Box(double x, double y, double width, double height) {}

    record Point(double x, double y) {}

    static Layout of(GraphDrawing drawing) {
        // Tells ELK how to copy the values of its own properties, which its editors do at start.
        LayoutMetaDataService.getInstance();
        ElkNode graph = ElkGraphUtil.createGraph();
        configure(graph);
        Map<String, ElkNode> nodes = new HashMap<>();
        for (DrawnNode drawn : drawing.nodes()) {
            ElkNode node = ElkGraphUtil.createNode(graph);
            node.setDimensions(width(drawn), height(drawn));
            nodes.put(drawn.id(), node);
        }
        List<ElkEdge> edges = new ArrayList<>();
        for (GraphDrawing.Edge edge : drawing.edges()) {
            edges.add(ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to())));
        }
        new LayeredLayoutProvider().layout(graph, new BasicProgressMonitor());
        List<Box> boxes = graph.getChildren().stream()
                .map(node -> new Box(node.getX(), node.getY(), node.getWidth(), node.getHeight()))
                .toList();
        return new Layout(
                graph.getWidth(),
                graph.getHeight(),
                boxes,
                edges.stream().map(Layout::route).toList());
    }

    private static void configure(ElkNode graph) {
        graph.setProperty(CoreOptions.DIRECTION, Direction.RIGHT);
        graph.setProperty(CoreOptions.EDGE_ROUTING, EdgeRouting.SPLINES);
        graph.setProperty(CoreOptions.PADDING, new ElkPadding(12));
        graph.setProperty(CoreOptions.SPACING_NODE_NODE, 14.0);
        graph.setProperty(CoreOptions.RANDOM_SEED, 1);
        graph.setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, 28.0);
        graph.setProperty(LayeredOptions.SPACING_EDGE_NODE_BETWEEN_LAYERS, 10.0);
        graph.setProperty(LayeredOptions.NODE_PLACEMENT_STRATEGY, NodePlacementStrategy.NETWORK_SIMPLEX);
        graph.setProperty(LayeredOptions.CONSIDER_MODEL_ORDER_STRATEGY, OrderingStrategy.PREFER_EDGES);
    }

    private static double width(DrawnNode node) {
        if (node instanceof Juncture juncture) {
            return Math.max(26, textWidth(juncture.op()) + 2 * SIDE);
        }
        Value value = (Value) node;
        double widest = 0;
        for (String field : value.fields()) {
            widest = Math.max(widest, textWidth(field));
        }
        for (String mark : value.marks()) {
            widest = Math.max(widest, textWidth(SvgWriter.markText(mark)));
        }
        return widest + 2 * SIDE + (value.marks().isEmpty() ? 0 : SIDE);
    }

    private static double height(DrawnNode node) {
        if (node instanceof Juncture) {
            return 26;
        }
        Value value = (Value) node;
        return LINE * (value.fields().size() + value.marks().size()) + 2;
    }

    private static double textWidth(String text) {
        return ADVANCE * text.codePointCount(0, text.length());
    }

    private static List<Point> route(ElkEdge edge) {
        List<Point> points = new ArrayList<>();
        ElkEdgeSection section = edge.getSections().get(0);
        points.add(new Point(section.getStartX(), section.getStartY()));
        section.getBendPoints().forEach(bend -> points.add(new Point(bend.getX(), bend.getY())));
        points.add(new Point(section.getEndX(), section.getEndY()));
        return points;
    }
}
