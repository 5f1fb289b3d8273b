package org.gradtwin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.gradtwin.engine.ForwardingGraph;
import org.gradtwin.engine.GivenEngine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.UnsupportedOpException;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Op;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said at the end of a run beside the counts. */
class SummaryTest {
    /** Has neither sine nor cosine, no tanh, no root and no logarithm. */
    public static final class Poor extends GivenEngine {
        private static final Set<String> LACKS = Set.of("sin", "cos", "tanh", "sqrt", "log");

        public Poor() {
            super("poor", dtype -> lacking(new MatrixEngine().newGraph(dtype)));
        }

        private static <V> Graph<V> lacking(Graph<V> graph) {
            return new ForwardingGraph<>(graph) {
                @Override
                public V apply(Op op, List<@Nullable V> operands, Attributes attributes) {
                    if (LACKS.contains(op.id())) {
                        throw new UnsupportedOpException(op, "the engine has no such op");
                    }
                    return graph.apply(op, operands, attributes);
                }
            };
        }
    }

    @Test
    void whatIsSkippedIsCountedByReason(@TempDir Path folder) {
        Cli cli = Cli.run(
                "verify",
                "--engine",
                Poor.class.getName(),
                "--case",
                "op/sin-many,op/cos-many,op/cos-points,op/tanh-many,op/sqrt-many,op/log-many,op/exp-many",
                "--report",
                folder.toString());

        assertThat(cli.out().lines().filter(line -> line.startsWith("  skipped ")))
                .containsExactly(
                        "  skipped    66 on poor: lacks cos (18), lacks sin (12), lacks tanh (12), 2 other reasons (24)");
        assertThat(cli.exit()).isEqualTo(Main.AGREE);
    }
}
