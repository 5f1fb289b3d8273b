package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.gradtwin.report.draw.GraphDrawing;
import org.gradtwin.report.draw.NodeDrawing;
import org.gradtwin.report.draw.Trace;
import org.gradtwin.scalar.Node;
import org.junit.jupiter.api.Test;

/**
 * The notebook's section "Graph visualization": {@code trace} collects nodes and edges, {@code draw_graph} draws them as
 * records {@code data | grad | deg} with a juncture for every op. The dense unit is drawn before and after backward.
 */
class GraphVisualizationTest {
    private final Node w1 = Node.of(-1);
    private final Node w2 = Node.of(2);
    private final Node b = Node.of(4);
    private final Node x = Node.of(2);
    private final Node y = w1.times(x).plus(w2.times(x)).plus(b).relu();
    private final Map<Node, String> names = Map.of(w1, "w1", w2, "w2", b, "b", x, "x", y, "y");

    @Test
    void theTraceHasEveryNodeOnceAndEveryEdge() {
        Trace trace = Trace.of(y);
        // Four leaves and the results of two products, two sums and relu.
        assertThat(trace.nodes()).hasSize(4 + 5).doesNotHaveDuplicates();
        assertThat(trace.edges()).hasSize(2 * 4 + 1);
    }

    @Test
    void theDotTextHasTheNotebooksRecords() {
        String dot = NodeDrawing.of(y, names).toDot();
        assertThat(dot)
                .contains("rankdir=LR")
                .contains("data=2.000 | grad=0.0000 | deg=2")
                .contains("relu");
        y.backward();
        assertThat(NodeDrawing.of(y, names).toDot())
                .contains("x | data=2.000 | grad=1.0000 | deg=0")
                .doesNotContain("deg=1")
                .doesNotContain("deg=2");
    }

    @Test
    void theFigures() {
        GraphDrawing before = NodeDrawing.of(y, names);
        Figures.drawing("dense-unit", before);
        y.backward();
        Figures.drawing("dense-unit-backward", NodeDrawing.of(y, names));
    }
}
