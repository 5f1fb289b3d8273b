package org.gradtwin.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.gradtwin.engines.scalar.ScalarEngine;
import org.gradtwin.language.Expr;
import org.gradtwin.language.Expr.Apply;
import org.gradtwin.language.Features;
import org.junit.jupiter.api.Test;

/** Every two ways to give two parameters of an op come together in some program: a covering array of strength 2. */
class WantedTest {
    private static final Probes PROBES = new Probes(new ScalarEngine(), ProgramGenerator.drawn(), Support.ALL, true);

    /** PyTorch refuses these. */
    private static final String NEVER = """
            batch_norm: running_mean given, running_var=None
            batch_norm: running_mean=None, running_var given
            batch_norm: running_mean=None, training=False
            batch_norm: running_var=None, training=False
            instance_norm: running_mean given, running_var=None
            instance_norm: running_mean=None, running_var given
            instance_norm: running_mean=None, use_input_stats=False
            instance_norm: running_var=None, use_input_stats=False
            interpolate: mode='nearest', align_corners=False
            interpolate: mode='nearest', align_corners=True
            interpolate: size a tuple, scale_factor a tuple
            interpolate: size a tuple, scale_factor an int
            interpolate: size an int, scale_factor a tuple
            interpolate: size an int, scale_factor an int
            interpolate: size=None, scale_factor=None
            scaled_dot_product_attention: attn_mask given, is_causal=True
            """;

    @Test
    void everyTwoWaysThatPyTorchTakesAreDrawn() {
        List<Wanted> all = ProgramGenerator.drawn().stream()
                .flatMap(op -> Wanted.all(op).stream())
                .toList();
        List<String> never = all.parallelStream()
                .filter(wanted -> drawn(wanted).isEmpty())
                .map(Wanted::toString)
                .toList();
        assertThat(all).hasSizeGreaterThan(1000);
        assertThat(never).containsExactlyInAnyOrderElementsOf(NEVER.lines().toList());
    }

    private static Optional<Drawn> drawn(Wanted wanted) {
        Optional<Drawn> drawn = PROBES.generate(
                wanted, 1000, new SplittableRandom(wanted.toString().hashCode()));
        drawn.ifPresent(one -> assertThat(calls(
                                one.task().program().statements().get(0).expr())
                        .filter(call -> call.op() == wanted.op())
                        .anyMatch(call -> Features.of(call)
                                .containsAll(wanted.ways().stream()
                                        .map(Wanted.Way::words)
                                        .toList())))
                .as("%s", one.task())
                .isTrue());
        return drawn;
    }

    private static Stream<Apply> calls(Expr expr) {
        return expr instanceof Apply apply
                ? Stream.concat(Stream.of(apply), apply.operands().stream().flatMap(WantedTest::calls))
                : Stream.empty();
    }
}
