package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** A number in the place of the elements that a mask names (torch.masked_fill). */
@AutoService(OpFile.class)
public final class MaskedFillOp implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(Op.of("masked_fill(input, mask: mask, value: number)")
                .group(CHOICE)
                .kinks("none; a filled element gets exactly 0, whatever the gradient is")
                .kernels(EXACT, "masked_fill", "where", "zeros_like")
                .twin("torch.masked_fill(input, mask, value)")
                .definition("value = where(mask, value, input)")
                .build());
    }
}
