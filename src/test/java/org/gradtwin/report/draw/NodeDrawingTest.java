package org.gradtwin.report.draw;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.gradtwin.report.draw.DrawnNode.Juncture;
import org.gradtwin.report.draw.DrawnNode.Value;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.MLP;
import org.junit.jupiter.api.Test;

class NodeDrawingTest {
    private final Node w1 = Node.of(-1);
    private final Node w2 = Node.of(2);
    private final Node b = Node.of(4);
    private final Node x = Node.of(2);
    private final Node y = w1.times(x).plus(w2.times(x)).plus(b).relu();
    private final Map<Node, String> names = Map.of(w1, "w1", w2, "w2", b, "b", x, "x", y, "y");

    private static List<String> ops(GraphDrawing drawing) {
        return drawing.nodes().stream()
                .filter(Juncture.class::isInstance)
                .map(node -> ((Juncture) node).op())
                .toList();
    }

    private static List<String> records(GraphDrawing drawing) {
        return drawing.nodes().stream()
                .filter(Value.class::isInstance)
                .map(node -> String.join(" | ", ((Value) node).fields()))
                .toList();
    }

    @Test
    void traceHoldsSharedNodeOnceOperandsFirst() {
        Trace trace = Trace.of(y);
        assertThat(trace.nodes()).hasSize(9).doesNotHaveDuplicates().endsWith(y);
        assertThat(trace.edges())
                .hasSize(9)
                .allMatch(edge ->
                        trace.nodes().indexOf(edge.operand()) < trace.nodes().indexOf(edge.result()));
        assertThat(trace.edges().stream().filter(edge -> edge.operand().equals(x)))
                .hasSize(2);
    }

    @Test
    void traceOfSquareHasTwoEdges() {
        Node square = x.times(x);
        assertThat(Trace.of(square).edges()).containsExactly(new Trace.Edge(x, square), new Trace.Edge(x, square));
    }

    @Test
    void traceOfLongChainDoesNotOverflow() {
        Node end = Node.of(1);
        for (int i = 0; i < 200_000; i++) {
            end = end.plus(1);
        }
        assertThat(Trace.of(end).nodes()).hasSize(200_001);
    }

    @Test
    void denseUnitBeforeBackwardCountsUses() {
        GraphDrawing drawing = NodeDrawing.of(y, names);
        assertThat(ops(drawing)).containsExactly("*", "*", "+", "+", "relu");
        assertThat(records(drawing))
                .containsExactly(
                        "w1 | data=-1.000 | grad=0.0000 | deg=1",
                        "x | data=2.000 | grad=0.0000 | deg=2",
                        "data=-2.000 | grad=0.0000 | deg=1",
                        "w2 | data=2.000 | grad=0.0000 | deg=1",
                        "data=4.000 | grad=0.0000 | deg=1",
                        "data=2.000 | grad=0.0000 | deg=1",
                        "b | data=4.000 | grad=0.0000 | deg=1",
                        "data=6.000 | grad=0.0000 | deg=1",
                        "y | data=6.000 | grad=0.0000 | deg=0");
    }

    @Test
    void denseUnitAfterBackwardHasGradientsAndDegreeZero() {
        y.backward();
        List<String> records = records(NodeDrawing.of(y, names));
        assertThat(records).hasSize(9).allMatch(record -> record.endsWith("deg=0"));
        assertThat(records)
                .contains(
                        "w1 | data=-1.000 | grad=2.0000 | deg=0",
                        "w2 | data=2.000 | grad=2.0000 | deg=0",
                        "b | data=4.000 | grad=1.0000 | deg=0",
                        "x | data=2.000 | grad=1.0000 | deg=0",
                        "y | data=6.000 | grad=1.0000 | deg=0");
    }

    @Test
    void sameGraphGivesSameBytes() {
        assertThat(NodeDrawing.of(y, names).toSvg())
                .isEqualTo(NodeDrawing.of(y, names).toSvg());
        assertThat(NodeDrawing.of(y).toDot()).isEqualTo(NodeDrawing.of(y).toDot());
    }

    @Test
    void dotHoldsEveryNodeAndEdge() {
        DotText dot = DotText.parse(NodeDrawing.of(y.pow(2)).toDot());
        assertThat(dot.labels())
                .hasSize(10 + 6)
                .containsValue("** 2")
                .containsValue("data=36.000 | grad=0.0000 | deg=0");
        assertThat(dot.edges()).hasSize(10 + 6);
    }

    @Test
    void svgHoldsEveryLabelAsText() {
        Svg svg = Svg.parse(NodeDrawing.of(y, names).toSvg());
        assertThat(svg.texts("text"))
                .contains("w1", "data=-1.000", "deg=2", "relu")
                .hasSize(9 * 3 + 5 + 5);
        assertThat(svg.texts("title")).containsExactly("Computation graph");
        assertThat(svg.texts("desc")).hasSize(1);
    }

    @Test
    void markupIsEscaped() {
        String name = "<script>alert(\"x\")</script>|{\\}\u0000";
        GraphDrawing drawing = NodeDrawing.of(Node.of(1), Map.of(Node.of(2), "unused"));
        GraphDrawing hostile = new GraphDrawing(
                name,
                name,
                List.of(new Value("<id \"1\">", List.of(name), name), new Juncture("2", name, name)),
                List.of(new GraphDrawing.Edge("<id \"1\">", "2")));
        assertThat(drawing.toSvg()).doesNotContain("unused");
        assertThat(hostile.toSvg()).doesNotContain("<script");
        assertThat(Svg.parse(hostile.toSvg()).texts("text")).containsOnly("<script>alert(\"x\")</script>|{\\}\uFFFD");
        DotText dot = DotText.parse(hostile.toDot());
        assertThat(dot.labels().get("<id \\\"1\\\">"))
                .isEqualTo("\\<script\\>alert(\\\"x\\\")\\</script\\>\\|\\{\\\\\\} ");
    }

    @Test
    void moreThan500NodesAreRefused() {
        Node end = Node.of(1);
        for (int i = 0; i < 249; i++) {
            end = end.plus(1);
        }
        assertThat(NodeDrawing.of(end).nodes()).hasSize(499);
        Node longer = end.plus(1);
        assertThatThrownBy(() -> NodeDrawing.of(longer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a drawing of 501 nodes")
                .hasMessageContaining("collapse it, draw a smaller one");
    }

    @Test
    void collapsedHasABoxForWhatIsAlike() {
        NodeRun inputs = NodeRun.constants(1, -2, 0.5);
        MLP model = new MLP(3, new int[] {20, 20, 1}, Activation.RELU, 42);
        Node out = model.forward(inputs).get(0);
        out.backward();
        assertThatThrownBy(() -> NodeDrawing.of(out)).hasMessageContaining("collapse it");

        GraphDrawing drawing = NodeDrawing.collapsed(out, Map.of(out, "out", inputs.get(1), "second"));
        assertThat(ops(drawing)).containsExactly("dot ×20", "relu ×20", "dot ×20", "relu ×20", "dot");
        List<String> records = records(drawing);
        assertThat(records.stream().map(record -> record.split(" \\| ")[0]))
                .containsExactlyInAnyOrder(
                        "2 constants",
                        "second",
                        "80 leaves",
                        "20 nodes",
                        "20 nodes",
                        "420 leaves",
                        "20 nodes",
                        "20 nodes",
                        "21 leaves",
                        "out");
        assertThat(records).contains("2 constants | data: 0.5 … 1.0");
        double[] weights = model.layers().get(1).parameters().data();
        double[] gradients = model.layers().get(1).parameters().grad();
        assertThat(records)
                .contains(
                        "420 leaves | data: " + TensorText.range(weights) + " | grad: " + TensorText.range(gradients));
        // Parameters and what they are multiplied with; the results of 5 ops; 2 operands of the relus.
        assertThat(drawing.edges()).hasSize(3 + 2 + 2 + 5 + 2).doesNotHaveDuplicates();
        // 20·(3 + 3 + 1) + 20 + 20·(20 + 20 + 1) + 20 + (20 + 20 + 1) edges.
        assertThat(drawing.description()).startsWith("Computation graph of 605 nodes and 1041 edges in 10 boxes");
        assertThat(Svg.parse(drawing.toSvg()).texts("text")).contains("dot ×20", "420 leaves");
    }

    @Test
    void collapsedKeepsDifferentOpsAndDepthsApart() {
        Node a = Node.of(1);
        Node c = Node.of(2);
        Node sum = Node.sum(List.of(a.tanh(), c.tanh(), a.relu(), a.tanh().tanh()));
        assertThat(ops(NodeDrawing.collapsed(sum, Map.of())))
                .containsExactlyInAnyOrder("tanh ×3", "relu", "tanh", "sum");
    }

    @Test
    void markChangesOutlineAndText() {
        GraphDrawing plain = NodeDrawing.of(y);
        GraphDrawing marked = plain.marked("n0", "first off");
        assertThat(plain.toSvg()).doesNotContain("class=\"box off\"");
        assertThat(marked.toSvg()).containsOnlyOnce("class=\"box off\"");
        assertThat(Svg.parse(marked.toSvg()).texts("text")).contains("✗ first off");
        assertThat(marked.toDot()).containsOnlyOnce("shape=Mrecord");
        assertThatThrownBy(() -> plain.marked("nowhere", "first off"))
                .hasMessage("mark 'first off': no value 'nowhere' is drawn");
    }
}
