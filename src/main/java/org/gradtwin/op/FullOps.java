package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Group.CHOICE;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** One number in the shape of a tensor, of which nothing else matters (torch.full_like, torch.zeros_like, torch.ones_like). */
@AutoService(OpFile.class)
public final class FullOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                full("full_like(input, fill_value: number)", "torch.full_like(input, fill_value)", "fill_value"),
                full("ones_like(input)", "torch.ones_like(input)", "1"),
                full("zeros_like(input)", "torch.zeros_like(input)", "0"));
    }

    private static Op full(String signature, String twin, String number) {
        return Op.of(signature)
                .group(CHOICE)
                .shape(Rules.FIRST)
                .ranks(0, 1, 2, 3, 4)
                .constant()
                .kernels(EXACT, signature.substring(0, signature.indexOf('(')), "full_like", "fill", "empty_like")
                .twin(twin)
                .definition("value = where(isnan(input), %s, %s)".formatted(number, number))
                .build();
    }
}
