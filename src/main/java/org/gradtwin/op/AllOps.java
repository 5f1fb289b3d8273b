package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Whether all elements over dimensions are not 0, or any is not (torch.all, torch.any). */
@AutoService(OpFile.class)
public final class AllOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(over("all", false), over("any", true));
    }

    /** {@code found} is what settles it: a single element that is not 0, or a single one that is. */
    private static Op over(String function, boolean found) {
        return Op.of(function + "(input: any, dim: dims = None, keepdim: bool = False)")
                .group(CHOICE)
                .gives(DType.BOOL)
                .shape(Rules::reduced)
                .ranks(0, 1, 2, 3, 4)
                .kernels(EXACT, function)
                .twin("torch." + function + "(input, dim, keepdim)")
                .value((call, values) -> settled(call, Sources.given(values.get(0)), found))
                .build();
    }

    private static Tensor settled(Call call, Tensor x, boolean found) {
        Shape from = x.shape();
        int[] dims = call.dims();
        int[] kept = from.dims();
        Arrays.stream(dims).forEach(dim -> kept[dim] = 1);
        boolean[] holds = new boolean[Shape.of(kept).size()];
        Arrays.fill(holds, !found);
        int[] to = IntStream.range(0, from.size())
                .map(i -> {
                    int[] index = from.index(i);
                    Arrays.stream(dims).forEach(dim -> index[dim] = 0);
                    return Shape.of(kept).position(index);
                })
                .toArray();
        for (int i = 0; i < to.length; i++) {
            // NaN is not 0.
            holds[to[i]] = (x.get(i) != 0) == found ? found : holds[to[i]];
        }
        return Tensor.bools(Rules.reduced(call), holds);
    }
}
