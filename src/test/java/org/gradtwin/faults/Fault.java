package org.gradtwin.faults;

import java.util.Set;
import org.gradtwin.language.Op;
import org.gradtwin.language.Ops;

/**
 * Gradient bugs that real engines have had, one constant for each way to seed one; the rows are those of the corpus of
 * bugs, and a row that can go wrong in several ways has several constants.
 */
enum Fault {
    // spotless:off
    M01_RECURSIVE(Family.GRAPH, "karpathy/micrograd#2", "backward recurses at once and passes a reused value's gradient on again", Accumulation.RECURSIVE),
    M02_EXP_OVERWRITES(Family.GRAPH, "karpathy/nn-zero-to-hero#52", "exp sets its operand's gradient instead of adding to it", Accumulation.OVERWRITE, Ops.of("exp")),
    M03_SLICE_OVERWRITES(Family.GRAPH, "huggingface/candle#3507", "a slice sets its operand's gradient instead of adding to it (there: upsample)", Accumulation.OVERWRITE, Ops.of("index")),
    M04_SAME_OPERAND(Family.GRAPH, "sony/nnabla#532", "an op on one value twice passes one of the two gradients", Accumulation.SAME_OPERAND_ONCE),
    M05_STALE_INTERMEDIATES(Family.GRAPH, "karpathy/micrograd#53", "a second backward starts from the intermediate gradients of the first", Accumulation.STALE_INTERMEDIATES),
    M06_SECOND_CONSUMER(Family.GRAPH, "deeplearning4j#9655", "a value under a skip connection gets one of its two gradients", Accumulation.SECOND_CONSUMER_DROPPED),
    M07_CACHED(Family.GRAPH, "bshillingford/autobw.torch#7", "gradients are kept from the first call of a graph of the same form", Accumulation.CACHED),
    M08_SEED_ADDS(Family.GRAPH, "tracel-ai/burn#695", "setting a gradient adds to the one that is there (here: the root's)", Accumulation.STALE_SEED),
    M09_PARAMETERS_FORGOTTEN(Family.GRAPH, "harvard-edge/cs249r_book#1504", "gamma and beta of layer_norm get zeros", LayerNormFaults.parametersForgotten(), Ops.of("layer_norm")),
    M10_FIRST_ROW(Family.SHAPE, "deeplearning4j/nd4j#2424", "a broadcast operand's gradient is that of its first copy", ShapeFaults.firstRow(), Ops.of("add"), Ops.of("linear")),
    M10_MEAN(Family.SHAPE, "pytorch#1787", "a broadcast operand's gradient is the mean of its copies", ShapeFaults.mean(), Ops.of("add"), Ops.of("linear")),
    M10_UNREDUCED(Family.SHAPE, "tracel-ai/burn#181", "a broadcast operand's gradient is left as large as the result", ShapeFaults.unreduced(), Ops.of("add"), Ops.of("linear")),
    M11_WRONG_GROUPS(Family.SHAPE, "HIPS/autograd 72a6ccc", "copies are summed in the wrong groups (there: repeat; here: broadcasting)", ShapeFaults.wrongGroups(), Ops.of("add")),
    M12_AXIS_IGNORED(Family.SHAPE, "HIPS/autograd#244", "backward runs along dimension 0 whatever dim says (there: cumsum; here: softmax)", ShapeFaults.softmaxAlongRows(), Ops.of("softmax"), Ops.of("log_softmax")),
    M13_ROW_STRIDE(Family.SHAPE, "pytorch#171704", "the wrong dimension is taken for the row stride (there: trace; here: transpose)", ShapeFaults.transposeStride(), Ops.of("transpose")),
    M14_MATMUL_UNTRANSPOSED(Family.SHAPE, "HomericIntelligence/Odyssey#2136", "matmul's dA = dC·B instead of dC·Bᵀ", ShapeFaults.matmulUntransposed(), Ops.of("matmul")),
    M15_MATMUL_TRANSPOSED_LEFT(Family.SHAPE, "tracel-ai/burn#5304", "matmul's dB ignores that A is a transposed view", ShapeFaults.matmulTransposedLeft(), Ops.of("matmul")),
    M16_SLICE_TO_THE_END(Family.SHAPE, "HIPS/autograd 7b61be3", "a slice that reaches the end is undone as [:-0], which is empty", ShapeFaults.sliceToTheEnd(), Ops.of("index")),
    M17_SLICE_STRIDE(Family.SHAPE, "jax f39d111d8f", "off by one in the gradient of a strided slice", ShapeFaults.sliceStride(), Ops.of("index")),
    M18_REPEATED_INDEX(Family.INDEX, "pytorch#1631", "a repeated index overwrites instead of adding up", IndexFaults.overwrite(), Ops.of("index"), Ops.of("embedding")),
    M19_GATHER_FOR_SCATTER(Family.INDEX, "tracel-ai/burn#4063", "gather and scatter are mixed up in the gradient", IndexFaults.gather(), Ops.of("index"), Ops.of("embedding")),
    M20_INDEX_CLIPPED(Family.INDEX, "jax#34228", "an index out of range is clipped instead of refused", IndexFaults.clip(), Ops.of("index"), Ops.of("embedding")),
    M21_SIGMOID(Family.FORMULA, "nd4j#2497", "sigmoid' = s(s − 1)", ElementwiseFaults.sigmoid(), Ops.of("sigmoid")),
    M21_TANH(Family.FORMULA, "nd4j#2497", "tanh' = 1 − t", ElementwiseFaults.tanh(), Ops.of("tanh")),
    M22_POWER_ZERO(Family.FORMULA, "jax#17995", "x**0 passes the gradient on instead of 0", ElementwiseFaults.powerZero(), Ops.of("pow"), Ops.of("pow_tensor")),
    M23_POWER_BY_LOGARITHM(Family.FORMULA, "tinygrad#9217", "x**p by exp(p·log x): NaN for negative x", ElementwiseFaults.powerByLogarithm(), Ops.of("pow")),
    M24_POWER_UNGUARDED(Family.FORMULA, "HIPS/autograd#116", "a**b is not guarded at a = 0", ElementwiseFaults.powerUnguarded(), Ops.of("pow_tensor")),
    M27_SUBTRACTION_SIGN(Family.FORMULA, "KhawajaAbaid/micrograd_c#1", "the second operand of a subtraction gets +g", ElementwiseFaults.subtraction(), Ops.of("sub")),
    M28_LOGARITHM(Family.FORMULA, "karpathy/micrograd#100", "log' = log x", ElementwiseFaults.logarithm(), Ops.of("log")),
    M30_TIE_TO_ALL(Family.KINK, "HIPS/autograd#138", "every element that ties for the maximum gets the whole gradient", ReductionFaults.tieToAll(), Ops.of("amax"), Ops.of("amin")),
    M31_TIE_TO_FIRST(Family.KINK, "pytorch#56734", "maximum and minimum give a tie to the first operand", ElementwiseFaults.maximumTie(), Ops.of("maximum"), Ops.of("minimum")),
    M31_TIE_TO_FIRST_ELEMENT(Family.KINK, "pytorch#43519", "amax and amin give a tie to the first element", ReductionFaults.tieToFirst(), Ops.of("amax"), Ops.of("amin")),
    M32_CLAMP_STRICT(Family.KINK, "pytorch#7002", "clamp passes nothing at its bounds", ElementwiseFaults.clampStrict(), Ops.of("clamp")),
    M33_RELU_ONE(Family.KINK, "jax#14840", "relu'(0) = 1", ElementwiseFaults.relu(0, 1), Ops.of("relu")),
    M33_RELU_HALF(Family.KINK, "jax#14840", "relu'(0) = ½", ElementwiseFaults.relu(0, 0.5), Ops.of("relu")),
    M33_RELU_SUBNORMAL(Family.KINK, "jax#37821", "relu' = ½ for subnormal x", ElementwiseFaults.relu(Double.MIN_NORMAL, 0.5), Ops.of("relu")),
    M34_ABS_QUOTIENT(Family.KINK, "HIPS/autograd#100", "abs' = x/|x|: NaN at 0", ElementwiseFaults.absQuotient(), Ops.of("abs")),
    M36_NO_EPS(Family.KINK, "pytorch#4320", "the deviation of a constant row is not guarded (there: std; here: layer_norm)", LayerNormFaults.noEps(), Ops.of("layer_norm")),
    M37_PRODUCT_QUOTIENT(Family.KINK, "pytorch#773", "prod' = prod/x: NaN at 0", ReductionFaults.productQuotient(), Ops.of("prod")),
    M38_MASK_BY_PRODUCT(Family.NUMERICS, "jax b0805a8a31", "the branch not taken is multiplied by 0 (there: celu; here: elu)", ElementwiseFaults.eluMask(), Ops.of("elu")),
    M39_ONE_HOT(Family.NUMERICS, "tinygrad#11760", "rows are looked up by a product with ones and zeros: 0·inf is NaN", IndexFaults.oneHot(), Ops.of("embedding")),
    M40_LOGISTIC_FROM_VALUE(Family.NUMERICS, "jax 893b483e3f", "the logistic function from a rounded value vanishes too early (there: sigmoid, where PyTorch does the same; here: softplus)", ElementwiseFaults.softplusFromValue(), Ops.of("softplus")),
    M41_UNSHIFTED(Family.NUMERICS, "FluxML/NNlib.jl#68", "exp of large logits without the largest subtracted overflows", ReductionFaults.exponentialsUnshifted(), Ops.of("softmax"), Ops.of("log_softmax"), Ops.of("logsumexp")),
    M42_LOGSUMEXP_UNGUARDED(Family.NUMERICS, "pytorch#31829", "logsumexp of −inf alone is NaN", ReductionFaults.logsumexpUnguarded(), Ops.of("logsumexp")),
    M43_IGNORED_LEAKS(Family.NUMERICS, "jax f0392a1535", "what is masked in the value gets a gradient (there: logsumexp with where; here: ignore_index)", new CrossEntropyFaults(CrossEntropyFaults.Kind.LEAKS_IGNORED), Ops.of("cross_entropy")),
    M44_VARIANCE_OF_ONE(Family.NUMERICS, "pytorch#94184", "var of as many elements as the correction is 0 instead of NaN", ReductionFaults.varianceGuarded(), Ops.of("var")),
    M45_SMOOTHS_IGNORED(Family.LOSS, "pytorch#73205", "label smoothing counts ignored rows", new CrossEntropyFaults(CrossEntropyFaults.Kind.SMOOTHS_IGNORED), Ops.of("cross_entropy")),
    M46_COUNTS_ROWS(Family.LOSS, "pytorch#69339", "the weighted mean divides by the number of rows, not by their weights", new CrossEntropyFaults(CrossEntropyFaults.Kind.COUNTS_ROWS), Ops.of("cross_entropy")),
    M47_BATCH_AXIS(Family.NORMALIZATION, "tinygrad c3832e1bde", "layer_norm over the batch", LayerNormFaults.batchAxis(), Ops.of("layer_norm")),
    M47_NO_SQUARE_ROOT(Family.NORMALIZATION, "tinygrad c3832e1bde", "layer_norm divides by the variance", LayerNormFaults.noSquareRoot(), Ops.of("layer_norm")),
    M48_GAMMA_BETA_SWAPPED(Family.NORMALIZATION, "Oneflow#6149", "the gradients of gamma and beta are swapped", LayerNormFaults.swapped(), Ops.of("layer_norm")),
    M49_GAMMA_BY_ROW(Family.NORMALIZATION, "deepspeed#692", "gamma is indexed by row in the gradient", LayerNormFaults.gammaByRow(), Ops.of("layer_norm")),
    M50_CONSTANT_STATISTICS(Family.NORMALIZATION, "tinygrad#17201", "mean and variance are constants in the gradient", LayerNormFaults.constantStatistics(), Ops.of("layer_norm")),
    M51_EXTRA_TERM(Family.NORMALIZATION, "mxnet#1053", "a term of the order 1/m² too much in the gradient of a mean", ReductionFaults.meanExtraTerm(), Ops.of("mean"));
    // spotless:on

    private final Family family;
    private final String source;
    private final String what;
    private final Accumulation accumulation;
    private final Rule rule;
    private final Set<Op> ops;

    Fault(Family family, String source, String what, Accumulation accumulation, Op... ops) {
        this(family, source, what, accumulation, Rule.RIGHT, ops);
    }

    Fault(Family family, String source, String what, Rule rule, Op... ops) {
        this(family, source, what, Accumulation.SUM, rule, ops);
    }

    Fault(Family family, String source, String what, Accumulation accumulation, Rule rule, Op... ops) {
        this.family = family;
        this.source = source;
        this.what = what;
        this.accumulation = accumulation;
        this.rule = rule;
        this.ops = Set.of(ops);
    }

    /** The row of the corpus of bugs. */
    String row() {
        return name().substring(0, 3);
    }

    Family family() {
        return family;
    }

    /** Thread or commit where the bug was found. */
    String source() {
        return source;
    }

    /** What is wrong. */
    String what() {
        return what;
    }

    Accumulation accumulation() {
        return accumulation;
    }

    Rule rule() {
        return rule;
    }

    /** The ops that it is about; empty for a fault of every graph. */
    Set<Op> ops() {
        return ops;
    }
}
