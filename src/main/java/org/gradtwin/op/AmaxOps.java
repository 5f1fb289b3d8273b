package org.gradtwin.op;

import static org.gradtwin.language.Budget.EXACT;
import static org.gradtwin.language.Budget.ROUNDED;
import static org.gradtwin.language.Budget.TERMS;
import static org.gradtwin.language.Group.REDUCTIONS;

import com.google.auto.service.AutoService;
import java.util.List;
import org.gradtwin.language.Op;
import org.gradtwin.language.OpFile;

/** The largest and the smallest element over dimensions (torch.amax, torch.amin). */
@AutoService(OpFile.class)
public final class AmaxOps implements OpFile {
    @Override
    public List<Op> ops() {
        return List.of(
                Op.of("amax(input, dim: dims = None, keepdim: bool = False)")
                        .alias("max(input)")
                        .group(REDUCTIONS)
                        .shape(Rules::reducedNotEmpty)
                        .kinks("ties: the gradient is split evenly", Near.TIE)
                        .convention(
                                "at a tie", "the gradient goes to the first", call -> Rules.first(call, "max", "input"))
                        .convention(
                                "at a tie",
                                "the gradient goes to the last",
                                call -> Rules.first(call, "max", "flip(input, " + Rules.tuple(call.dims()) + ")"))
                        .convention("at a tie", "the gradient goes to all", call -> Rules.toAll(call, "amax"))
                        .kernels(EXACT, "amax", "eq")
                        .kernels(TERMS, "sum")
                        .kernels(ROUNDED, "div", "mul")
                        .twin("torch.amax(input, every(dim), keepdim)")
                        .primitive()
                        .gradient(Rules::shared)
                        .build(),
                Op.of("amin(input, dim: dims = None, keepdim: bool = False)")
                        .alias("min(input)")
                        .group(REDUCTIONS)
                        .shape(Rules::reducedNotEmpty)
                        .kinks("ties: the gradient is split evenly", Near.TIE)
                        .convention(
                                "at a tie", "the gradient goes to the first", call -> Rules.first(call, "min", "input"))
                        .convention(
                                "at a tie",
                                "the gradient goes to the last",
                                call -> Rules.first(call, "min", "flip(input, " + Rules.tuple(call.dims()) + ")"))
                        .convention("at a tie", "the gradient goes to all", call -> Rules.toAll(call, "amin"))
                        .kernels(EXACT, "amin", "eq")
                        .kernels(TERMS, "sum")
                        .kernels(ROUNDED, "div", "mul")
                        .twin("torch.amin(input, every(dim), keepdim)")
                        .primitive()
                        .gradient(Rules::shared)
                        .build());
    }
}
