package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.SHAPE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** A subscript, x[…] (torch.Tensor.__getitem__). */
@AutoService(OpFile.class)
public final class IndexOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("getitem(input: any)")
                .id("index")
                .group(SHAPE)
                .operator("[]")
                .shape(call -> call.attributes().index().shape(call.shape(0), call.operands()))
                .indices((call, tensors) -> call.attributes().index().sources(call.shape(0), tensors))
                .ranks(1, 2)
                .kinks("repeated indices: gradients add up")
                .kernels(
                        EXACT,
                        "index",
                        "slice",
                        "slice_backward",
                        "select",
                        "select_backward",
                        "new_zeros",
                        "zeros",
                        "gather")
                .kernels(TERMS, "index_put")
                .twin("index")
                .selects((call, values) -> call.attributes().index().sources(call.shape(0), values))
                .primitive()
                .build());
    }
}
