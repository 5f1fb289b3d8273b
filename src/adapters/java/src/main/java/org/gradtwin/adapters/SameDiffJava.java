package org.gradtwin.adapters;

import static java.util.Map.entry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.gradtwin.adapters.TensorGraph.Applied;
import org.gradtwin.adapters.TensorGraph.Rule;
import org.gradtwin.engine.Engine;
import org.gradtwin.engine.ProgramNetwork;
import org.gradtwin.engine.Training;
import org.gradtwin.engine.TrainingTask;
import org.gradtwin.language.Index;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.enums.PadMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv1DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** SameDiff of ND4J. */
public final class SameDiffJava implements Engine {
    /** What it has, in its own names, but det, solve and cholesky, which have no gradient. */
    static final Map<String, Rule<SameDiffGraph, SDVariable>> OPS = Map.ofEntries(
            two("add", SDVariable::add), two("sub", SDVariable::sub), two("mul", SDVariable::mul), two("div", SDVariable::div),
            two("pow_tensor", (a, b) -> sd(a).math().pow(a, b)), two("atan2", (a, b) -> sd(a).math().atan2(a, b)),
            two("maximum", (a, b) -> sd(a).max(a, b)), two("minimum", (a, b) -> sd(a).min(a, b)),
            one("neg", SDVariable::neg), one("reciprocal", x -> sd(x).math().reciprocal(x)),
            one("square", x -> sd(x).math().square(x)), one("abs", x -> sd(x).math().abs(x)),
            one("sign", x -> sd(x).math().sign(x)), one("sqrt", x -> sd(x).math().sqrt(x)),
            one("rsqrt", x -> sd(x).math().rsqrt(x)), one("exp", x -> sd(x).math().exp(x)),
            one("expm1", x -> sd(x).math().expm1(x)), one("log", x -> sd(x).math().log(x)),
            one("log1p", x -> sd(x).math().log1p(x)), one("log2", x -> sd(x).math().log(x, 2)),
            one("log10", x -> sd(x).math().log(x, 10)), one("sin", x -> sd(x).math().sin(x)),
            one("cos", x -> sd(x).math().cos(x)), one("tan", x -> sd(x).math().tan(x)),
            one("asin", x -> sd(x).math().asin(x)), one("acos", x -> sd(x).math().acos(x)),
            one("atan", x -> sd(x).math().atan(x)), one("sinh", x -> sd(x).math().sinh(x)),
            one("cosh", x -> sd(x).math().cosh(x)), one("tanh", x -> sd(x).math().tanh(x)),
            one("asinh", x -> sd(x).math().asinh(x)), one("acosh", x -> sd(x).math().acosh(x)),
            one("atanh", x -> sd(x).math().atanh(x)), one("erf", x -> sd(x).math().erf(x)),
            one("erfc", x -> sd(x).math().erfc(x)), one("floor", x -> sd(x).math().floor(x)),
            one("ceil", x -> sd(x).math().ceil(x)), one("sigmoid", x -> sd(x).nn().sigmoid(x)),
            one("relu", x -> sd(x).nn().relu(x, 0)), one("relu6", x -> sd(x).nn().relu6(x, 0)),
            one("selu", x -> sd(x).nn().selu(x)), one("silu", x -> sd(x).nn().swish(x)),
            one("softsign", x -> sd(x).nn().softsign(x)), one("logsigmoid", x -> sd(x).nn().logSigmoid(x)),
            one("isnan", x -> sd(x).math().isNaN(x)), one("isinf", x -> sd(x).math().isInfinite(x)),
            one("isfinite", x -> sd(x).math().isFinite(x)), one("clone", x -> sd(x).identity(x)),
            one("trace", x -> sd(x).math().trace(x)), one("inv", x -> sd(x).math().matrixInverse(x)),
            compares("lt", SDVariable::lt), compares("le", SDVariable::lte), compares("gt", SDVariable::gt),
            compares("ge", SDVariable::gte), compares("eq", SDVariable::eq), compares("ne", SDVariable::neq),
            reduces("sum", SDVariable::sum), reduces("mean", SDVariable::mean), reduces("prod", SDVariable::prod),
            reduces("amax", SDVariable::max), reduces("amin", SDVariable::min),
            entry("pow", (g, op) -> op.x().pow(op.at().number("exponent"))),
            // Where it stretches an operand, its gradient breaks memory, and with that programs after it.
            entry("remainder", (g, op) -> same(op) ? g.sd.math().floorMod(op.x(), op.y()) : null),
            entry("detach", (g, op) -> g.made(g.run(List.of(op.x())).get(0), false)),
            entry("elu", (g, op) -> op.is("alpha", 1) ? g.sd.nn().elu(op.x()) : null),
            entry("leaky_relu", (g, op) -> g.sd.nn().leakyRelu(op.x(), op.at().number("negative_slope"))),
            entry("gelu", (g, op) -> op.at().text("approximate").equals("tanh") ? g.sd.nn().preciseGelu(op.x()) : null),
            entry("hardtanh", (g, op) -> op.is("min_val", -1) && op.is("max_val", 1) ? g.sd.nn().hardTanh(op.x()) : null),
            entry("softplus", (g, op) -> op.is("beta", 1) && op.is("threshold", 20) ? g.sd.nn().softplus(op.x()) : null),
            entry("clamp", (g, op) -> op.at().get("min") == null || op.at().get("max") == null
                            || op.at().number("min") >= op.at().number("max") ? null
                    : g.sd.math().clipByValue(op.x(), op.at().number("min"), op.at().number("max"))),
            entry("softmax", (g, op) -> op.rank() == 0 ? null : g.sd.nn().softmax(op.x(), op.dim())),
            entry("log_softmax", (g, op) -> op.rank() == 0 ? null
                    : op.dim() == op.rank() - 1 ? g.sd.nn().logSoftmax(op.x()) : g.sd.nn().logSoftmax(op.x(), op.dim())),
            entry("logsumexp", (g, op) -> op.at().flag("keepdim") ? null : g.sd.math().logSumExp(op.x(), op.dims())),
            entry("var", (g, op) -> op.is("correction", 0) || op.is("correction", 1)
                    ? g.sd.variance(op.x(), op.is("correction", 1), op.at().flag("keepdim"), op.dims()) : null),
            entry("std", (g, op) -> op.is("correction", 0) || op.is("correction", 1)
                    ? g.sd.standardDeviation(op.x(), op.is("correction", 1), op.at().flag("keepdim"), op.dims()) : null),
            entry("vector_norm", SameDiffJava::norm),
            entry("cumsum", (g, op) -> op.rank() == 0 ? null : g.sd.cumsum(op.x(), op.dim())),
            entry("cumprod", (g, op) -> op.rank() == 0 ? null : g.sd.cumprod(op.x(), op.dim())),
            entry("where", SameDiffJava::where),
            entry("matmul", SameDiffJava::matmul),
            entry("mm", (g, op) -> g.sd.mmul(op.x(), op.y())),
            entry("bmm", (g, op) -> g.sd.mmul(op.x(), op.y())),
            entry("dot", (g, op) -> g.sd.dot(op.x(), op.y(), 0)),
            entry("reshape", (g, op) -> op.x().reshape(SameDiffGraph.sizes(op.result()))),
            entry("permute", (g, op) -> op.rank() == 0 ? op.x() : op.x().permute(op.at().integers("dims"))),
            entry("transpose", (g, op) -> op.rank() == 2 ? g.sd.transpose(op.x()) : null),
            entry("unsqueeze", (g, op) -> g.sd.expandDims(op.x(), op.at().integer("dim"))),
            entry("flip", (g, op) -> g.sd.reverse(op.x(), op.at().integers("dims"))),
            entry("tile", (g, op) -> op.at().integers("dims").length == op.rank() && op.rank() > 0
                    ? g.sd.tile(op.x(), op.at().integers("dims")) : null),
            entry("cat", (g, op) -> g.sd.concat(op.at().integer("dim"), op.of().toArray(SDVariable[]::new))),
            entry("stack", (g, op) -> g.sd.stack(op.at().integer("dim"), op.of().toArray(SDVariable[]::new))),
            entry("index", SameDiffJava::index),
            entry("index_select", (g, op) -> op.rank() == 0 || op.shape(1).rank() != 1 ? null
                    : g.sd.gather(op.x(), g.positions(op.constants().get(1), op.shape(0).dim(op.dim())), op.dim())),
            entry("embedding", (g, op) -> op.shape(0).rank() != 1 || op.at().get("padding_idx") != null ? null
                    : g.sd.gather(op.y(), g.positions(op.constants().get(0), op.shape(1).dim(0)), 0)),
            entry("pad", SameDiffJava::pad),
            entry("triu", (g, op) -> g.sd.linalg().triu(op.x(), op.at().integer("diagonal"))),
            entry("diag", (g, op) -> op.rank() == 1 && op.is("diagonal", 0) ? g.sd.math().diag(op.x()) : null),
            entry("layer_norm", SameDiffJava::layerNorm),
            entry("conv1d", SameDiffJava::conv1d),
            entry("conv2d", SameDiffJava::conv2d),
            entry("max_pool2d", (g, op) -> pooling(op) == null ? null : g.sd.cnn().maxPooling2d(op.x(), pooling(op))),
            entry("avg_pool2d", (g, op) -> pooling(op) == null ? null : g.sd.cnn().avgPooling2d(op.x(), pooling(op))),
            entry("mse_loss", (g, op) -> same(op) ? g.sd.loss().meanSquaredError(op.y(), op.x(), null, reduction(op)) : null),
            entry("l1_loss", (g, op) -> same(op) ? g.sd.loss().absoluteDifference(op.y(), op.x(), null, reduction(op)) : null),
            entry("huber_loss", (g, op) -> same(op)
                    ? g.sd.loss().huberLoss(op.y(), op.x(), null, reduction(op), op.at().number("delta")) : null),
            entry("binary_cross_entropy_with_logits", (g, op) -> same(op) && op.of().get(2) == null && op.of().get(3) == null
                    ? g.sd.loss().sigmoidCrossEntropy(op.y(), op.x(), null, reduction(op), 0) : null));

    private interface Reduces {
        SDVariable of(SDVariable x, boolean keepDims, int... dims);
    }

    private static SameDiff sd(SDVariable x) {
        return x.getSameDiff();
    }

    private static Map.Entry<String, Rule<SameDiffGraph, SDVariable>> one(String id, UnaryOperator<SDVariable> function) {
        return entry(id, (g, op) -> function.apply(op.x()));
    }

    private static Map.Entry<String, Rule<SameDiffGraph, SDVariable>> two(String id, BinaryOperator<SDVariable> function) {
        return entry(id, (g, op) -> function.apply(op.x(), op.y()));
    }

    private static Map.Entry<String, Rule<SameDiffGraph, SDVariable>> compares(String id, BinaryOperator<SDVariable> function) {
        return entry(id, (g, op) -> op.types().stream().allMatch(of -> of.dtype().isFloating())
                ? function.apply(op.x(), op.y()) : null);
    }

    private static Map.Entry<String, Rule<SameDiffGraph, SDVariable>> reduces(String id, Reduces function) {
        return entry(id, (g, op) -> function.of(op.x(), op.at().flag("keepdim"), op.dims()));
    }

    private static SDVariable norm(SameDiffGraph g, Applied<SDVariable> op) {
        boolean keep = op.at().flag("keepdim");
        return op.is("ord", 1) ? op.x().norm1(keep, op.dims()) : op.is("ord", 2) ? op.x().norm2(keep, op.dims())
                : op.is("ord", Double.POSITIVE_INFINITY) ? op.x().normmax(keep, op.dims()) : null;
    }

    /** Its own {@code where} has no gradient: the elements are picked from both operands, by the mask's values. */
    private static SDVariable where(SameDiffGraph g, Applied<SDVariable> op) {
        Shape to = op.result();
        Tensor given = op.constants().get(0);
        Tensor mask = (given == null ? g.run(List.of(op.x())).get(0) : given).pick(to, 0, op.shape(0).broadcastSources(to));
        SDVariable x = g.stretched(op.y(), op.shape(1), to).reshape(to.size());
        SDVariable y = g.stretched(op.of().get(2), op.shape(2), to).reshape(to.size());
        int[] places = IntStream.range(0, to.size()).map(i -> mask.get(i) != 0 ? i : i + to.size()).toArray();
        return g.picked(g.sd.concat(0, x, y), to, places);
    }

    private static SDVariable matmul(SameDiffGraph g, Applied<SDVariable> op) {
        Shape a = op.shape(0);
        Shape b = op.shape(1);
        if ((a.rank() == 2 && b.rank() == 2)) {
            return g.sd.mmul(op.x(), op.y());
        }
        int[] left = a.rank() == 1 ? new int[] {1, a.dim(0)} : a.dims();
        int[] right = b.rank() == 1 ? new int[] {b.dim(0), 1} : b.dims();
        int[] batch = Shape.broadcast(
                        Shape.of(Arrays.copyOf(left, left.length - 2)), Shape.of(Arrays.copyOf(right, right.length - 2)))
                .dims();
        SDVariable product = g.sd.mmul(batched(g, op.x(), a, left, batch), batched(g, op.y(), b, right, batch));
        return product.reshape(SameDiffGraph.sizes(op.result()));
    }

    /** Its product stretches no batches. */
    private static SDVariable batched(SameDiffGraph g, SDVariable x, Shape from, int[] matrix, int... batch) {
        int[] to = Arrays.copyOf(batch, batch.length + 2);
        System.arraycopy(matrix, matrix.length - 2, to, batch.length, 2);
        SDVariable shaped = from.rank() == 1 ? x.reshape(SameDiffGraph.sizes(Shape.of(matrix))) : x;
        return g.stretched(shaped, Shape.of(matrix), Shape.of(to));
    }

    /**
     * Of tensors a strided slice for each run of places: its gather goes back to the wrong ones. An ellipsis that stands for two dimensions
     * makes it forget the steps after it, and is spelt out. The gradient of a slice of a matrix of one row goes to memory that is not its
     * own, which breaks programs after it: that matrix gets a dimension more.
     */
    private static SDVariable index(SameDiffGraph g, Applied<SDVariable> op) {
        List<Index.Item> items = new ArrayList<>(op.at().index().expanded(op.shape(0)));
        boolean row = op.rank() == 2 && op.shape(0).dim(0) == 1;
        if (row) {
            items.add(0, new Index.Slice(null, null, null));
        }
        StridedSlice slice = StridedSlice.of(new Index(items));
        if (slice == null) {
            int[] sources = op.at().index().sources(op.shape(0), op.constants());
            return g.picked(op.x().reshape(op.shape(0).size()), op.result(), sources);
        }
        SDVariable sliced = g.sd.stridedSlice(row ? g.sd.expandDims(op.x(), 0) : op.x(), longs(slice.begin()), longs(slice.end()),
                longs(slice.step()), slice.noBegin(), slice.noEnd(), 0, slice.newAxes(), slice.shrunk());
        return row ? sliced.reshape(SameDiffGraph.sizes(op.result())) : sliced;
    }

    private static long[] longs(int... values) {
        return IntStream.of(values).asLongStream().toArray();
    }

    private static SDVariable pad(SameDiffGraph g, Applied<SDVariable> op) {
        int[] pad = op.at().integers("pad");
        String mode = op.at().text("mode");
        if (IntStream.of(pad).anyMatch(width -> width < 0) || !(mode.equals("constant") || mode.equals("reflect"))) {
            return null;
        }
        long[] widths = new long[2 * op.rank()];
        for (int i = 0; i < pad.length; i++) {
            widths[widths.length - 2 * (i / 2) - 2 + i % 2] = pad[i];
        }
        SDVariable table = g.longs(Shape.of(op.rank(), 2), widths);
        return g.sd.nn().pad(op.x(), table, PadMode.valueOf(mode.toUpperCase(Locale.ROOT)), op.at().optionalNumber("value").orElse(0));
    }

    private static SDVariable layerNorm(SameDiffGraph g, Applied<SDVariable> op) {
        return op.rank() == 2 && op.at().integers("normalized_shape").length == 1 && op.is("eps", 0) && op.y() != null && op.of().get(2) != null
                ? g.sd.nn().layerNorm(op.x(), op.y(), op.of().get(2), true, 1) : null;
    }

    private static boolean plain(Applied<SDVariable> op, int n) {
        return op.rank() == n + 2 && op.is("groups", 1) && !(op.at().get("padding") instanceof String);
    }

    private static SDVariable conv1d(SameDiffGraph g, Applied<SDVariable> op) {
        if (!plain(op, 1)) {
            return null;
        }
        Conv1DConfig config = Conv1DConfig.builder()
                .k(op.shape(1).dim(2)).s(op.at().sizes("stride", 1)[0]).p(op.at().sizes("padding", 1)[0])
                .d(op.at().sizes("dilation", 1)[0]).dataFormat("NCW").paddingMode(PaddingMode.VALID).build();
        SDVariable weight = op.y().permute(2, 1, 0);
        return op.of().get(2) == null ? g.sd.cnn().conv1d(op.x(), weight, config)
                : g.sd.cnn().conv1d(op.x(), weight, op.of().get(2), config);
    }

    private static SDVariable conv2d(SameDiffGraph g, Applied<SDVariable> op) {
        if (!plain(op, 2)) {
            return null;
        }
        int[] stride = op.at().sizes("stride", 2);
        int[] padding = op.at().sizes("padding", 2);
        int[] dilation = op.at().sizes("dilation", 2);
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(op.shape(1).dim(2)).kW(op.shape(1).dim(3)).sH(stride[0]).sW(stride[1]).pH(padding[0]).pW(padding[1])
                .dH(dilation[0]).dW(dilation[1]).dataFormat("NCHW").build();
        SDVariable weight = op.y().permute(2, 3, 1, 0);
        SDVariable bias = op.of().get(2);
        return bias == null ? g.sd.cnn().conv2d(op.x(), weight, config) : g.sd.cnn().conv2d(op.x(), weight, bias, config);
    }

    /** How to pool as it is asked, null if it cannot. */
    private static Pooling2DConfig pooling(Applied<SDVariable> op) {
        boolean average = op.at().has("count_include_pad");
        if (op.rank() != 4 || op.at().flag("ceil_mode")
                || (average ? op.at().get("divisor_override") != null : op.at().flag("return_indices"))) {
            return null;
        }
        int[] size = op.at().sizes("kernel_size", 2);
        int[] stride = op.at().get("stride") == null ? size : op.at().sizes("stride", 2);
        int[] padding = op.at().sizes("padding", 2);
        int[] dilation = average ? new int[] {1, 1} : op.at().sizes("dilation", 2);
        return Pooling2DConfig.builder()
                .kH(size[0]).kW(size[1]).sH(stride[0]).sW(stride[1]).pH(padding[0]).pW(padding[1])
                .dH(dilation[0]).dW(dilation[1]).isNHWC(false)
                .extra(average && op.at().flag("count_include_pad") ? 1 : 0)
                .build();
    }

    private static boolean same(Applied<SDVariable> op) {
        return op.shape(0).equals(op.shape(1));
    }

    private static LossReduce reduction(Applied<SDVariable> op) {
        return switch (op.at().text("reduction")) {
            case "none" -> LossReduce.NONE;
            case "sum" -> LossReduce.SUM;
            default -> LossReduce.MEAN_BY_NONZERO_WEIGHT_COUNT;
        };
    }

    @Override
    public String name() {
        return "samediff";
    }

    @Override
    public String description() {
        return Jar.name(SameDiff.class);
    }

    @Override
    public org.gradtwin.engine.Graph<?> newGraph(DType dtype) {
        return new SameDiffGraph(dtype);
    }

    /** The steps are programs. */
    @Override
    public Training train(TrainingTask task) {
        return ProgramNetwork.train(this, task, false);
    }
}
