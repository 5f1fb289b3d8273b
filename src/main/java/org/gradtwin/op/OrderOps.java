package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SCANS;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.gradtwin.language.Attributes;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.op.Ordered.Choice;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Elements by their order along a dimension, each with its place (torch.sort, topk, max, min, median, cummax, cummin, argmax, argmin). */
@AutoService(OpFile.class)
public final class OrderOps implements OpFile {
    private static final String TIE = "a tie: the gradient goes to the first; NaN is the largest";

    private static final Choice SORTED =
            (call, row) -> Ordered.sorted(call.attributes().flag("descending"), row);

    private static final Choice TOP = (call, row) -> Ordered.first(
            call.attributes().integer("k"), Ordered.sorted(call.attributes().flag("largest"), row));

    @Override
    public List<Op> ops() {
        List<Op> ops = new ArrayList<>();
        pair(
                ops,
                "sort(input, dim: int = -1, descending: bool = False)",
                SORTED,
                op -> op.shape(call -> Ordered.resized(call, size -> size))
                        .kinks(
                                "a tie: the gradients keep their order, of 16 elements at most; NaN is the largest",
                                Near.TIE)
                        .undefined(
                                "a tie among more than 16 elements: their order is PyTorch's choice",
                                OrderOps::unstable)
                        .kernels(EXACT, "sort"),
                values -> values.convention(
                        "at a tie",
                        "in the opposite order",
                        call -> "value = " + sorted(call.attributes().flag("descending"), false)));
        ops.add(Ordered.indices(
                        Op.of("argsort(input, dim: int = -1, descending: bool = False)")
                                .group(SCANS)
                                .shape(call -> Ordered.resized(call, size -> size))
                                .ranks(0, 1, 2, 3, 4)
                                .kernels(EXACT, "sort", "argsort")
                                .twin("torch.argsort(input, dim, descending)"),
                        SORTED)
                .build());
        pair(
                ops,
                "topk(input, k: int, dim: int = -1, largest: bool = True)",
                TOP,
                op -> op.shape(OrderOps::top)
                        .kinks(
                                "a tie: which of the equal elements it takes PyTorch does not say; NaN is the largest",
                                Near.TIE)
                        .undefined("a tie", Near::ties)
                        .kernels(EXACT, "topk"),
                values -> values.convention("at a tie", "takes the first", call -> taken(call, true))
                        .convention("at a tie", "takes the last", call -> taken(call, false)));
        pair(
                ops,
                "max(input, dim: int, keepdim: bool = False)",
                extreme(1),
                op -> op.shape(Ordered::chosen).kinks(TIE, Near.TIE).kernels(EXACT, "max"),
                values -> tied(values, "max"));
        pair(
                ops,
                "min(input, dim: int, keepdim: bool = False)",
                extreme(-1),
                op -> op.shape(Ordered::chosen)
                        .kinks("a tie: the gradient goes to the first; NaN is the smallest", Near.TIE)
                        .kernels(EXACT, "min"),
                values -> tied(values, "min"));
        pair(
                ops,
                "median(input, dim: int, keepdim: bool = False)",
                (call, row) -> new int[] {middle(row)},
                op -> op.shape(Ordered::chosen)
                        .kinks(
                                "the lower one of two in the middle; which of equal elements it takes PyTorch does not say; NaN is taken",
                                Near.TIE)
                        .undefined("a tie", Near::ties)
                        .unviewed(
                                "of a tensor that is expanded along another dimension PyTorch reads what was never written")
                        .kernels(EXACT, "median"),
                values -> values.convention("at a tie", "as if they stood in the opposite order", OrderOps::middle));
        pair(ops, "cummax(input, dim: int)", (call, row) -> Ordered.running(1, row), OrderOps::running, op -> op);
        pair(ops, "cummin(input, dim: int)", (call, row) -> Ordered.running(-1, row), OrderOps::running, op -> op);
        ops.add(argument("argmax", 1));
        ops.add(argument("argmin", -1));
        ops.add(begun("median(input)")
                .id("median_of_all")
                .shape(call -> Shape.SCALAR)
                .kinks(
                        "the lower one of two in the middle; all that are equal to it share its gradient; NaN is taken",
                        Near.TIE)
                .kernels(EXACT, "median", "isnan", "eq", "value_selecting_reduction_backward")
                .kernels(TERMS, "sum")
                .kernels(ROUNDED, "mul", "div")
                .twin("torch.median(input)")
                .definition(OrderOps::middleOfAll)
                .gradient("""
                        chosen = where(isnan(value), where(isnan(input), 1, 0), where(input == value, 1, 0))
                        grad(input) = where(chosen > 0, grad / sum(chosen), 0)
                        """)
                .build());
        return ops;
    }

    /** With the answers that others give where elements tie for the one that is taken. */
    private static OpBuilder tied(OpBuilder op, String function) {
        return op.convention(
                        "at a tie",
                        "the gradient goes to the last",
                        "value = " + function + "(flip(input, (dim,)), dim, keepdim)[0]")
                .convention(
                        "at a tie",
                        "the gradient is split evenly",
                        "value = a" + function + "(input, dim, keepdim=keepdim)")
                .convention("at a tie", "the gradient goes to all", call -> Rules.toAll(call, "a" + function));
    }

    private static boolean unstable(List<@Nullable Tensor> operands, Attributes attributes) {
        Tensor x = operands.get(0);
        return x != null
                && Sources.size(x.shape(), x.shape().dimension(attributes.integer("dim"))) > 16
                && Near.ties(operands, attributes);
    }

    /** All elements along the dimension in order, those that are equal in their order or in the opposite one. */
    private static String sorted(boolean descending, boolean stable) {
        return stable
                ? "sort(input, dim, descending=" + truth(descending) + ")[0]"
                : "flip(sort(input, dim, descending=" + truth(!descending) + ")[0], (dim,))";
    }

    private static String truth(boolean value) {
        return value ? "True" : "False";
    }

    private static String taken(Call call, boolean first) {
        return "value = narrow(" + sorted(call.attributes().flag("largest"), first) + ", dim, 0, k)";
    }

    private static String middle(Call call) {
        int size = Sources.size(call.shape(0), Ordered.dim(call));
        return "value = reshape(narrow(" + sorted(false, false) + ", dim, " + (size - 1) / 2 + ", 1), "
                + Ordered.chosen(call) + ")";
    }

    /** The two results of a function, values and indices; only values have a gradient, and conventions for it. */
    private static void pair(
            List<Op> ops,
            String signature,
            Choice choice,
            UnaryOperator<OpBuilder> facts,
            UnaryOperator<OpBuilder> conventions) {
        String function = signature.substring(0, signature.indexOf('('));
        String call = "torch." + signature.replaceAll(": \\w+( = [^,)]*)?", "");
        ops.add(Ordered.values(conventions.apply(facts.apply(begun(signature))), choice)
                .result(0, "values")
                .kernels(EXACT, "gather", "scatter", "zeros", "value_selecting_reduction_backward", "unsqueeze")
                .kernels(TERMS, "scatter_add", "scatter_add_")
                .twin(call + "[0]")
                .build());
        ops.add(Ordered.indices(facts.apply(begun(signature)), choice)
                .id(function + "_indices")
                .result(1, "indices")
                .twin(call + "[1]")
                .build());
    }

    private static OpBuilder begun(String signature) {
        return Op.of(signature).group(SCANS).ranks(0, 1, 2, 3, 4);
    }

    private static OpBuilder running(OpBuilder op) {
        return op.shape(Rules::along)
                .kinks("a tie: the gradient goes to the last one so far; NaN stays", Near.TIE)
                .kernels(EXACT, "cummax", "_cummax_helper", "cummin", "_cummin_helper");
    }

    private static Choice extreme(int sign) {
        return (call, row) -> new int[] {Ordered.extreme(sign, row)};
    }

    private static int middle(double... row) {
        for (int i = 0; i < row.length; i++) {
            if (Double.isNaN(row[i])) {
                return i;
            }
        }
        return Ordered.sorted(false, row)[(row.length - 1) / 2];
    }

    private static String middleOfAll(Call call) {
        int size = call.shape(0).size();
        return size == 0 ? "value = sum(input) + float('nan')" : """
                row = reshape(input, (-1,))
                order = argsort(row)
                m = row[order[%d]]
                least = amin(where(input == m, input, float('inf')))
                most = amax(where(input == m, input, float('-inf')))
                middle = where(m < 0, least, most)
                among = sum(where(isnan(input), input, 0)) / clamp(sum(where(isnan(input), 1, 0)), min=1)
                value = where(isnan(row[order[-1]]), among, middle)
                """.formatted((size - 1) / 2);
    }

    private static Shape top(Call call) {
        int k = call.attributes().integer("k");
        int size = Sources.size(call.shape(0), Ordered.dim(call));
        if (k < 0 || k > size) {
            throw call.refused("k " + k + " is not from 0 to the " + size + " of dimension " + Ordered.dim(call));
        }
        return Ordered.resized(call, given -> k);
    }

    /** The place along a dimension, or among all elements. */
    private static Op argument(String function, int sign) {
        return Op.of(function + "(input, dim: int = None, keepdim: bool = False)")
                .group(SCANS)
                .gives(DType.INT64)
                .shape(Rules::reducedNotEmpty)
                .ranks(0, 1, 2, 3, 4)
                .kinks("a tie: the first; NaN is taken", Near.TIE)
                .kernels(EXACT, function, "view", "reshape")
                .twin("torch." + function + "(input, dim, keepdim)")
                .value((call, values) ->
                        place(call, Sources.given(values.get(0)).toDoubles(), sign))
                .build();
    }

    private static Tensor place(Call call, double[] values, int sign) {
        Shape from = call.shape(0);
        Shape result = Rules.reduced(call);
        int dim = call.attributes().optionalInteger("dim").map(from::dimension).orElse(0);
        boolean whole = call.attributes().get("dim") == null || from.rank() == 0;
        int size = whole ? values.length : from.dim(dim);
        int inner = whole ? 1 : from.product(dim + 1, from.rank());
        long[] places = new long[result.size()];
        for (int i = 0; i < places.length; i++) {
            int start = i / inner * size * inner + i % inner;
            double[] row = new double[size];
            Arrays.setAll(row, k -> values[start + k * inner]);
            places[i] = Ordered.extreme(sign, row);
        }
        return Tensor.indices(result, places);
    }
}
