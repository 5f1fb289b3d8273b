package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Index;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.language.Restriction;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A tensor in which {@code input[indices]} has other values, or has values added (torch.index_put). */
@AutoService(OpFile.class)
public final class IndexPutOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                put("index_put(input, indices: indices_tuple, values)")
                        .shape(call -> {
                            Shape part = part(call);
                            if (!call.broadcast(values(call), part).equals(part)) {
                                throw call.refused("values " + values(call) + " do not stretch to the places " + part);
                            }
                            return call.shape(0);
                        })
                        .kinks("a place named twice: the last one is put there, on one thread")
                        .undefined(
                                "in PyTorch the gradient goes to all that were put in one place",
                                (operands, attributes) -> Near.repeated(places(
                                        operands, Sources.given(operands.get(0)).shape())))
                        .kernels(EXACT, "index")
                        .kernels(TERMS, "sum", "index_put", "index_put_")
                        .samples("5x2 2 2x2", "3x4 2 2 2", "2x3x2 1x2 2 2", "4 2 1")
                        .twin("torch.index_put(input, given(indices), values)")
                        .selects(IndexPutOps::sources)
                        .build(),
                put("index_put(input, indices: indices_tuple, values, accumulate: bool)")
                        .id("index_put_add")
                        .restricts(Restriction.ONLY_BY_DEFAULT, "accumulate")
                        .shape(call -> {
                            if (!call.attributes().flag("accumulate")) {
                                throw call.refused("accumulate=False is how it is without: leave it out");
                            } else if (!values(call).equals(part(call))) {
                                throw call.refused(
                                        "values " + values(call) + " are not of the shape of the places: write "
                                                + "values.expand(" + part(call) + ")");
                            }
                            return call.shape(0);
                        })
                        .kinks("none; what meets in one place is added")
                        .kernels(TERMS, "index_put", "index_put_")
                        .kernels(EXACT, "index")
                        .samples("5x2 2 2x2 | accumulate=True", "3x4 3 3 3 | accumulate=True")
                        .twin("torch.index_put(input, given(indices), values, accumulate)")
                        .adds((call, values) -> places(values, call.shape(0)))
                        .build());
    }

    private static OpBuilder put(String signature) {
        return Op.of(signature)
                .group(SHAPE)
                .indices((call, tensors) -> places(tensors, call.shape(0)))
                .ranks(1, 2, 3, 4);
    }

    private static Index index(List<?> operands) {
        return new Index(IntStream.range(1, operands.size() - 1)
                .mapToObj(i -> (Index.Item) new Index.Gather(i))
                .toList());
    }

    private static Shape part(Call call) {
        return index(call.operands()).shape(call.shape(0), call.operands());
    }

    private static Shape values(Call call) {
        return call.shape(call.operands().size() - 1);
    }

    private static int[] places(List<? extends @Nullable Tensor> tensors, Shape shape) {
        return index(tensors).sources(shape, tensors);
    }

    private static int[] sources(Call call, List<? extends @Nullable Tensor> tensors) {
        int size = call.shape(0).size();
        int[] sources = IntStream.range(0, size).toArray();
        int[] places = places(tensors, call.shape(0));
        int[] from = values(call).broadcastSources(part(call));
        for (int i = 0; i < places.length; i++) {
            sources[places[i]] = size + from[i];
        }
        return sources;
    }
}
