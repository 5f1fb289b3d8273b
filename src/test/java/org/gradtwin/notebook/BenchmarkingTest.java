package org.gradtwin.notebook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.gradtwin.report.draw.Trace;
import org.gradtwin.report.draw.XyPlot;
import org.gradtwin.scalar.Node;
import org.gradtwin.scalar.NodeRun;
import org.gradtwin.scalar.nn.Activation;
import org.gradtwin.scalar.nn.MLP;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The notebook's section "Benchmarking": time and memory are linear in the size of the network. Time is measured by the
 * bench; here the edges are counted, each of which backward passes once, for networks of k layers of equal
 * width.
 */
class BenchmarkingTest {
    private static final int WIDTH = 20;

    private static MLP network(int layers) {
        int[] outputs = new int[layers + 1];
        Arrays.fill(outputs, WIDTH);
        outputs[layers] = 1;
        return new MLP(3, outputs, Activation.RELU, 42);
    }

    private static int edges(int layers) {
        return Trace.of(network(layers).forward(NodeRun.leaves(1, 1, 1)).get(0))
                .edges()
                .size();
    }

    /** Two edges a weight, one a bias, and one a relu. */
    @ParameterizedTest(name = "{0} layers")
    @ValueSource(ints = {1, 2, 5, 15})
    void edgesAreLinearInTheSizeOfTheNetwork(int layers) {
        int weights = 3 * WIDTH + (layers - 1) * WIDTH * WIDTH + WIDTH;
        int neurons = layers * WIDTH + 1;
        assertThat(network(layers).parameters()).hasSize(weights + neurons);
        assertThat(edges(layers)).isEqualTo(2 * weights + neurons + layers * WIDTH);
    }

    @Test
    void oneBackwardPassReachesEveryNode() {
        Node loss = network(15).forward(NodeRun.leaves(1, 1, 1)).get(0);
        List<Node> nodes = Trace.of(loss).nodes();
        loss.backward();
        assertThat(nodes).allMatch(Node::reached);
    }

    /** Edges by parameters: a line. The plot of times is the one of the bench. */
    @Test
    void theFigure() {
        double[] parameters = new double[15];
        double[] edges = new double[15];
        for (int layers = 1; layers <= 15; layers++) {
            parameters[layers - 1] = network(layers).parameters().size();
            edges[layers - 1] = edges(layers);
        }
        double slope = (edges[14] - edges[13]) / (parameters[14] - parameters[13]);
        for (int i = 1; i < 15; i++) {
            assertThat((edges[i] - edges[i - 1]) / (parameters[i] - parameters[i - 1]))
                    .isEqualTo(slope);
        }
        Figures.plot(
                "edges",
                new XyPlot("Edges of the graph", "parameters", "edges")
                        .points("k layers", parameters, edges)
                        .line("slope " + Math.round(100 * slope) / 100.0, parameters, edges));
    }
}
