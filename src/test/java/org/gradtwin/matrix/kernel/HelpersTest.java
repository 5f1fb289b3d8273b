package org.gradtwin.matrix.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Sections that are shared among threads: complete, independent, and honest about failures. */
class HelpersTest {
    @Test
    void everyPartIsDoneOnce() {
        for (int parts = 1; parts < 300; parts++) {
            assertThat(timesDone(1 + parts % 7, parts)).containsOnly(1).hasSize(parts);
        }
    }

    @Test
    void callersDoNotDisturbEachOther() {
        List<CompletableFuture<Integer>> callers = IntStream.range(0, 6)
                .mapToObj(caller -> CompletableFuture.supplyAsync(
                        () -> {
                            int done = 0;
                            for (int round = 0; round < 200; round++) {
                                done += IntStream.of(timesDone(3, 17)).sum();
                            }
                            return done;
                        },
                        command -> new Thread(command).start()))
                .toList();
        assertThat(callers).extracting(CompletableFuture::join).containsOnly(200 * 17);
    }

    @Test
    void aPartMayBeSplitItself() {
        AtomicIntegerArray done = new AtomicIntegerArray(50);
        Helpers.share(2, 5, part -> Helpers.share(2, 10, inner -> done.incrementAndGet(10 * part + inner)));
        assertThat(numbers(done)).containsOnly(1);
    }

    @Test
    void whatAPartThrowsReachesTheCaller() {
        AtomicIntegerArray done = new AtomicIntegerArray(40);
        assertThatThrownBy(() -> Helpers.share(3, 40, part -> {
                    if (part == 25) {
                        throw new IllegalStateException("part 25");
                    }
                    done.incrementAndGet(part);
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("part 25");
        assertThat(IntStream.of(numbers(done)).sum()).isEqualTo(39);
    }

    private static int[] timesDone(int helpers, int parts) {
        AtomicIntegerArray done = new AtomicIntegerArray(parts);
        Helpers.share(helpers, parts, done::incrementAndGet);
        return numbers(done);
    }

    private static int[] numbers(AtomicIntegerArray array) {
        return IntStream.range(0, array.length()).map(array::get).toArray();
    }
}
