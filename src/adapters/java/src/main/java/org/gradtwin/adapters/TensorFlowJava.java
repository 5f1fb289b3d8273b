package org.gradtwin.adapters;

import static java.util.Map.entry;

import java.util.Map;
import java.util.stream.IntStream;
import org.gradtwin.adapters.TensorGraph.Applied;
import org.gradtwin.adapters.TensorGraph.Rule;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ProgramNetwork;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.tensor.DType;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;

/** TensorFlow for Java: graphs of its kernels, differentiated by {@link Graph#addGradients}, which knows fewer of them than Python's. */
public final class TensorFlowJava implements Engine {
    /** What has a kernel and a gradient. */
    static final Map<String, Rule<TensorFlowGraph, Output<?>>> OPS = Map.ofEntries(
            same("add", "AddV2"), same("sub", "Sub"), same("mul", "Mul"), same("div", "RealDiv"), same("neg", "Neg"),
            same("reciprocal", "Reciprocal"), same("square", "Square"), same("pow_tensor", "Pow"), same("abs", "Abs"),
            same("sign", "Sign"), same("sqrt", "Sqrt"), same("rsqrt", "Rsqrt"), same("exp", "Exp"), same("expm1", "Expm1"),
            same("log", "Log"), same("log1p", "Log1p"), same("sin", "Sin"), same("cos", "Cos"), same("tan", "Tan"),
            same("asin", "Asin"), same("acos", "Acos"), same("atan", "Atan"), same("atan2", "Atan2"), same("sinh", "Sinh"),
            same("cosh", "Cosh"), same("tanh", "Tanh"), same("asinh", "Asinh"), same("acosh", "Acosh"), same("atanh", "Atanh"),
            same("erf", "Erf"), same("lgamma", "Lgamma"), same("sigmoid", "Sigmoid"), same("relu", "Relu"),
            same("relu6", "Relu6"), same("selu", "Selu"), same("softsign", "Softsign"), same("maximum", "Maximum"),
            same("minimum", "Minimum"), same("floor", "Floor"),
            same("isnan", "IsNan"), same("isinf", "IsInf"), same("isfinite", "IsFinite"), same("logical_not", "LogicalNot"),
            same("logical_and", "LogicalAnd"), same("logical_or", "LogicalOr"), same("where", "SelectV2"),
            same("detach", "StopGradient"), same("clone", "Identity"), same("bmm", "BatchMatMulV2"), same("mm", "MatMul"),
            compares("lt", "Less"), compares("le", "LessEqual"), compares("gt", "Greater"), compares("ge", "GreaterEqual"),
            compares("eq", "Equal"), compares("ne", "NotEqual"),
            reduces("sum", "Sum"), reduces("mean", "Mean"), reduces("prod", "Prod"), reduces("amax", "Max"),
            reduces("amin", "Min"),
            entry("pow", (g, op) -> g.op("Pow", op.x(), g.number(op.at().number("exponent")))),
            entry("elu", (g, op) -> op.is("alpha", 1) ? g.op("Elu", op.x()) : null),
            entry("leaky_relu", (g, op) -> g.op("LeakyRelu", Map.of("alpha", (float) op.at().number("negative_slope")), op.x())),
            entry("softplus", (g, op) -> op.is("beta", 1) && op.is("threshold", 20) ? g.op("Softplus", op.x()) : null),
            entry("clamp", (g, op) -> op.at().get("min") == null || op.at().get("max") == null ? null
                    : g.op("ClipByValue", op.x(), g.number(op.at().number("min")), g.number(op.at().number("max")))),
            entry("softmax", (g, op) -> last(op) ? g.op("Softmax", op.x()) : null),
            entry("log_softmax", (g, op) -> last(op) ? g.op("LogSoftmax", op.x()) : null),
            entry("cumsum", (g, op) -> op.rank() > 0 ? g.op("Cumsum", op.x(), g.number(op.dim())) : null),
            entry("matmul", TensorFlowJava::matmul),
            entry("einsum", TensorFlowJava::einsum),
            entry("reshape", (g, op) -> g.op("Reshape", op.x(), g.ints(
                    op.result().dims()))),
            entry("permute", (g, op) -> g.op("Transpose", op.x(), g.ints(op.at().integers("dims")))),
            entry("transpose", (g, op) -> op.rank() == 2 ? g.op("Transpose", op.x(), g.ints(1, 0)) : null),
            entry("unsqueeze", (g, op) -> g.op("ExpandDims", op.x(), g.number(op.at().integer("dim")))),
            entry("flip", (g, op) -> g.op("ReverseV2", op.x(), g.ints(op.at().integers("dims")))),
            entry("roll", (g, op) -> op.at().get("dims") instanceof Integer dim && op.at().get("shifts") instanceof Integer shift
                    ? g.op("Roll", op.x(), g.ints(shift), g.ints(dim)) : null),
            entry("tile", (g, op) -> op.at().integers("dims").length == op.rank()
                    ? g.op("Tile", op.x(), g.ints(op.at().integers("dims"))) : null),
            entry("expand", (g, op) -> g.op("BroadcastTo", op.x(), g.ints(op.result().dims()))),
            entry("cat", TensorFlowJava::cat),
            entry("stack", (g, op) -> g.op("Pack", Map.of("axis", (long) op.at().integer("dim")), op.of())),
            entry("index", TensorFlowJava::index),
            entry("index_select", (g, op) -> op.rank() == 0 || op.shape(1).rank() == 0 ? null
                    : g.op("GatherV2", op.x(), g.positions(op.constants().get(1), op.shape(0).dim(op.dim())), g.number(op.dim()))),
            entry("embedding", (g, op) -> op.at().get("padding_idx") != null ? null
                    : g.op("GatherV2", op.y(), g.positions(op.constants().get(0), op.shape(1).dim(0)), g.number(0))),
            entry("pad", TensorFlowJava::pad),
            entry("tril", (g, op) -> op.at().integer("diagonal") < 0 || op.at().integer("diagonal") > op.shape(0).last() ? null
                    : g.op("MatrixBandPart", op.x(), g.number(-1), g.number(op.at().integer("diagonal")))),
            entry("triu", (g, op) -> op.at().integer("diagonal") > 0 || -op.at().integer("diagonal") > op.shape(0).last() ? null
                    : g.op("MatrixBandPart", op.x(), g.number(-op.at().integer("diagonal")), g.number(-1))),
            entry("diag", (g, op) -> op.rank() == 1 && op.is("diagonal", 0) ? g.op("Diag", op.x()) : null),
            entry("conv1d", (g, op) -> conv(g, op, 1)),
            entry("conv2d", (g, op) -> conv(g, op, 2)),
            entry("max_pool1d", (g, op) -> pool(g, op, "MaxPool", 1)),
            entry("max_pool2d", (g, op) -> pool(g, op, "MaxPool", 2)),
            entry("avg_pool1d", (g, op) -> pool(g, op, "AvgPool", 1)),
            entry("avg_pool2d", (g, op) -> pool(g, op, "AvgPool", 2)));

    private static Map.Entry<String, Rule<TensorFlowGraph, Output<?>>> same(String id, String type) {
        return entry(id, (g, op) -> g.op(type, op.of().toArray(Output<?>[]::new)));
    }

    private static Map.Entry<String, Rule<TensorFlowGraph, Output<?>>> compares(String id, String type) {
        return entry(id, (g, op) -> op.types().stream().allMatch(of -> of.dtype().isFloating())
                ? g.op(type, op.x(), op.y()) : null);
    }

    private static Map.Entry<String, Rule<TensorFlowGraph, Output<?>>> reduces(String id, String type) {
        return entry(id, (g, op) -> g.op(type, Map.of("keep_dims", op.at().flag("keepdim")), op.x(), g.ints(op.dims())));
    }

    /** Whether the dimension is the last, the only one that softmax knows. */
    private static boolean last(Applied<Output<?>> op) {
        return op.rank() > 0 && op.dim() == op.rank() - 1;
    }

    private static Output<?> matmul(TensorFlowGraph g, Applied<Output<?>> op) {
        int a = op.rank();
        int b = op.shape(1).rank();
        if (a == 0 || b == 0) {
            return a == 2 && b == 2 ? g.op("MatMul", op.x(), op.y()) : null;
        }
        Output<?> x = a == 1 ? g.op("ExpandDims", op.x(), g.number(0)) : op.x();
        Output<?> y = b == 1 ? g.op("ExpandDims", op.y(), g.number(1)) : op.y();
        Output<?> product = g.op(a <= 2 && b <= 2 ? "MatMul" : "BatchMatMulV2", x, y);
        return a == 1 || b == 1 ? g.op("Reshape", product, g.ints(op.result().dims())) : product;
    }

    private static Output<?> einsum(TensorFlowGraph g, Applied<Output<?>> op) {
        String equation = op.at().text("equation").replace(" ", "");
        return op.of().size() > 2 || !equation.contains("->") ? null
                : g.op("Einsum", Map.of("equation", equation), op.of());
    }

    private static Output<?> cat(TensorFlowGraph g, Applied<Output<?>> op) {
        return op.of().size() == 1 ? g.op("Identity", op.x())
                : op.types().stream().anyMatch(type -> type.shape().rank() != op.rank()) ? null
                : g.op("ConcatV2", Map.of(), op.of(), g.number(op.at().integer("dim")));
    }

    /** Of tensors a gather of the elements, one after the other. */
    private static Output<?> index(TensorFlowGraph g, Applied<Output<?>> op) {
        StridedSlice slice = StridedSlice.of(op.at().index());
        if (slice != null) {
            Map<String, Object> masks = Map.of(
                    "begin_mask", (long) slice.noBegin(), "end_mask", (long) slice.noEnd(),
                    "ellipsis_mask", (long) slice.ellipsis(), "new_axis_mask", (long) slice.newAxes(),
                    "shrink_axis_mask", (long) slice.shrunk());
            return g.op("StridedSlice", masks, op.x(), g.ints(slice.begin()), g.ints(slice.end()), g.ints(slice.step()));
        }
        Output<?> flat = g.op("Reshape", op.x(), g.ints(-1));
        int[] sources = op.at().index().sources(op.shape(0), op.constants());
        return g.op("Reshape", g.op("GatherV2", flat, g.ints(sources), g.number(0)), g.ints(op.result().dims()));
    }

    private static Output<?> pad(TensorFlowGraph g, Applied<Output<?>> op) {
        int[] pad = op.at().integers("pad");
        String mode = op.at().text("mode");
        if (IntStream.of(pad).anyMatch(width -> width < 0) || !(mode.equals("constant") || mode.equals("reflect"))) {
            return null;
        }
        int[] widths = new int[2 * op.rank()];
        for (int i = 0; i < pad.length; i += 2) {
            System.arraycopy(pad, i, widths, widths.length - i - 2, 2);
        }
        Output<?> table = g.op("Reshape", g.ints(widths), g.ints(-1, 2));
        return mode.equals("constant")
                ? g.op("PadV2", op.x(), table, g.number(op.at().optionalNumber("value").orElse(0)))
                : g.op("MirrorPad", Map.of("mode", "REFLECT"), op.x(), table);
    }

    /** A convolution over so many dimensions: channels come last here, and one dimension is two. */
    private static Output<?> conv(TensorFlowGraph g, Applied<Output<?>> op, int n) {
        if (op.rank() != n + 2 || !op.is("groups", 1)) {
            return null;
        }
        boolean same = op.at().get("padding") instanceof String;
        Output<?> x = same ? op.x() : g.padded(op.x(), op.at().sizes("padding", n));
        Output<?> weight = g.plane(op.y(), n);
        Map<String, Object> attributes = Map.of(
                "strides", TensorFlowGraph.windows(op.at().sizes("stride", n)),
                "dilations", TensorFlowGraph.windows(op.at().sizes("dilation", n)),
                "padding", same ? op.at().text("padding").toUpperCase() : "VALID");
        Output<?> y = g.op("Conv2D", attributes, g.last(g.plane(x, n), 2), g.op("Transpose", weight, g.ints(2, 3, 1, 0)));
        Output<?> bias = op.of().get(2);
        return g.op("Reshape", g.first(bias == null ? y : g.op("BiasAdd", y, bias), 2), g.ints(op.result().dims()));
    }

    private static Output<?> pool(TensorFlowGraph g, Applied<Output<?>> op, String type, int n) {
        int[] size = op.at().sizes("kernel_size", n);
        boolean plain = op.rank() == n + 2 && !op.at().flag("ceil_mode")
                && IntStream.of(op.at().sizes("padding", n)).allMatch(p -> p == 0)
                && (!op.at().has("dilation") || IntStream.of(op.at().sizes("dilation", n)).allMatch(d -> d == 1))
                && (!op.at().has("divisor_override") || op.at().get("divisor_override") == null)
                && (!op.at().has("return_indices") || !op.at().flag("return_indices"));
        if (!plain) {
            return null;
        }
        Map<String, Object> attributes = Map.of(
                "ksize", TensorFlowGraph.windows(size),
                "strides", TensorFlowGraph.windows(op.at().get("stride") == null ? size : op.at().sizes("stride", n)),
                "padding", "VALID");
        Output<?> y = g.op(type, attributes, g.last(g.plane(op.x(), n), 2));
        return g.op("Reshape", g.first(y, 2), g.ints(op.result().dims()));
    }

    @Override
    public String name() {
        return "tensorflow-java";
    }

    @Override
    public String description() {
        return Jar.name(TensorFlow.class) + ", TensorFlow " + TensorFlow.version();
    }

    @Override
    public org.gradtwin.engine.Graph<?> newGraph(DType dtype) {
        return new TensorFlowGraph(dtype);
    }

    /** The steps are programs. */
    @Override
    public Training train(TrainingTask task) {
        return ProgramNetwork.train(this, task, false);
    }
}
