package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.gradtwin.language.Call;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpBuilder;
import org.gradtwin.language.OpFile;
import org.gradtwin.tensor.DType;
import org.gradtwin.tensor.Shape;
import org.gradtwin.tensor.Tensor;

/** Indices that a program writes itself: those of a list, or all from one number up to another (torch.tensor, torch.arange). */
@AutoService(OpFile.class)
public final class WholeNumbersOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                whole("tensor(data: ints)", "tensor", "", WholeNumbersOps::listed),
                whole("arange(end: int)", "arange", "range(end: int)", call -> upTo(call, 0)),
                whole(
                        "arange(start: int, end: int, step: int = 1)",
                        "arange_from",
                        "range(start: int, end: int, step: int = 1)",
                        call -> upTo(call, call.attributes().integer("start"))));
    }

    private static Op whole(String signature, String id, String alias, Function<Call, int[]> numbers) {
        String arguments = signature.replaceAll(": \\w+( = \\d+)?", "");
        OpBuilder op = Op.of(signature)
                .id(id)
                .group(CHOICE)
                .gives(DType.INT64)
                .ranks()
                .shape(call -> Shape.of(numbers.apply(call).length))
                .kernels(EXACT, "arange")
                .twin("torch." + arguments.replace(")", ", dtype=torch.int64)"))
                .value((call, none) -> {
                    int[] all = numbers.apply(call);
                    return Tensor.indices(
                            Shape.of(all.length),
                            IntStream.of(all).asLongStream().toArray());
                });
        return (alias.isEmpty() ? op : op.alias(alias)).build();
    }

    private static int[] listed(Call call) {
        int[] data = call.attributes().integers("data");
        if (data.length == 0) {
            throw call.refused("an empty list is of no int64 numbers: a slice as [0:0] takes nothing");
        }
        return data;
    }

    private static int[] upTo(Call call, int start) {
        int end = call.attributes().integer("end");
        int step = call.attributes().has("step") ? call.attributes().integer("step") : 1;
        if (step <= 0 || end < start) {
            throw call.refused("no numbers from " + start + " to " + end + " by steps of " + step);
        }
        return IntStream.iterate(start, i -> i < end, i -> i + step).toArray();
    }
}
