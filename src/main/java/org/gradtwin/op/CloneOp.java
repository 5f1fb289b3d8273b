package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.stream.IntStream;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The same elements in a tensor of their own (torch.clone, torch.Tensor.contiguous): the gradient flows back as it is. */
@AutoService(OpFile.class)
public final class CloneOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("clone(input: any)")
                .alias("contiguous(input: any)")
                .group(SHAPE)
                .shape(Rules.FIRST)
                .ranks(0, 1, 2, 3, 4)
                .kernels(EXACT, "clone")
                .twin("torch.clone(input)")
                .moves(call -> IntStream.range(0, call.shape(0).size()).toArray())
                .build());
    }
}
