package org.gradtwin.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.Graph;
import org.gradtwin.engine.Lowering;
import org.gradtwin.engines.matrix.MatrixEngine;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.engines.torch.TorchEngine;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Budget;
import org.gradtwin.language.Call;
import org.gradtwin.language.Group;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Type;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows the page that says how to add an op. */
class AddingAnOpTest {
    private static final Path PAGE = Path.of("src/docs/design.md");
    private static final Pattern CODE =
            Pattern.compile("```java\n(package org\\.gradtwin\\.op;.*?class (\\w+) .*?)```", Pattern.DOTALL);
    private static final Engine TORCH = new TorchEngine();
    private static final Attributes STEEP = new Attributes(Map.of("steepness", 3.0));

    @TempDir
    private Path folder;

    private Op opOfThePage() throws IOException, ReflectiveOperationException {
        Matcher code = CODE.matcher(Files.readString(PAGE));
        assertThat(code.find()).as("a Java file on the page").isTrue();
        Path source = folder.resolve(code.group(2) + ".java");
        Files.writeString(source, code.group(1));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-d",
                        folder.toString(),
                        source.toString());
        assertThat(result).as("compiled").isZero();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, OpFile.class.getClassLoader())) {
            OpFile file = (OpFile) loader.loadClass("org.gradtwin.op." + code.group(2))
                    .getConstructor()
                    .newInstance();
            return file.ops().get(0);
        }
    }

    @Test
    void theOpOfThePageIsRightOnEveryEngine() throws IOException, ReflectiveOperationException {
        Op op = opOfThePage();
        Tensor x = Tensor.of(DType.FLOAT64, Shape.of(2, 1, 2), 0.5, -1.25, 2.0, 0.0);
        Tensor cotangent = Tensor.of(DType.FLOAT64, Shape.of(2, 1, 2), 1.0, -0.5, 0.25, 3.0);
        // The twin of an op that is not in the module yet: its definition, by PyTorch's own ops.
        List<Tensor> expected = run(TORCH.newGraph(DType.FLOAT64), op, x, cotangent, true);
        for (Engine engine : List.of(new ScalarEngine(), new MatrixEngine())) {
            List<Tensor> actual = run(engine.newGraph(DType.FLOAT64), op, x, cotangent, false);
            for (int i = 0; i < 2; i++) {
                assertThat(actual.get(i).toDoubles())
                        .as(engine.name())
                        .containsExactly(expected.get(i).toDoubles(), within(1e-14));
            }
        }
        double tanh = Math.tanh(1.5);
        assertThat(expected.get(0).get(0)).isCloseTo(0.5 * tanh, within(1e-15));
        assertThat(expected.get(1).get(0)).isCloseTo(tanh + 1.5 * (1 - tanh * tanh), within(1e-15));
    }

    /** Value and gradient. */
    private static <V> List<Tensor> run(Graph<V> graph, Op op, Tensor x, Tensor cotangent, boolean lowered) {
        try (graph) {
            V leaf = graph.leaf(x, true);
            Call call = new Call(op, List.of(new Type(DType.FLOAT64, x.shape(), true)), STEEP);
            V y = lowered
                    ? Lowering.apply(graph, call, Collections.singletonList(leaf), DType.FLOAT64)
                    : graph.apply(op, Collections.singletonList(leaf), STEEP);
            Tensor value = graph.value(y);
            graph.backward(y, cotangent);
            return List.of(value, graph.gradient(leaf).orElseThrow());
        }
    }

    @Test
    void aMissingPartIsToldWithOpAndPart() {
        assertThatIllegalStateException()
                .isThrownBy(() -> Op.of("halve(input)").build())
                .withMessage("op halve lacks a group");
        assertThatIllegalStateException()
                .isThrownBy(() -> Op.of("halve(input)").group(Group.ELEMENTWISE).build())
                .withMessage("op halve lacks a twin call");
        assertThatIllegalStateException()
                .isThrownBy(() -> Op.of("halve(input)")
                        .group(Group.ELEMENTWISE)
                        .twin("input / 2")
                        .build())
                .withMessage("op halve lacks a definition, a rule for sources, or the word 'primitive'");
        assertThatIllegalStateException()
                .isThrownBy(() -> Op.of("halve(input)")
                        .group(Group.ELEMENTWISE)
                        .twin("input / 2")
                        .definition("value = input / 2")
                        .build())
                .withMessage("op halve lacks kernels");
        assertThatIllegalStateException()
                .isThrownBy(() -> Op.of("halve(input)")
                        .group(Group.ELEMENTWISE)
                        .twin("input / 2")
                        .kernels(Budget.ROUNDED, "div")
                        .primitive()
                        .build())
                .withMessage("op halve lacks a gradient: a primitive says .gradient(\"grad(input) = …\")");
    }
}
