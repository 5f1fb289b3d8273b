package org.gradtwin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoundsTest {
    private static Times times(double[] a, double[] b) {
        Map<String, double[]> nanos = new LinkedHashMap<>();
        nanos.put("a", a);
        nanos.put("b", b);
        return new Times(nanos);
    }

    @Test
    void tasksRunInTurn() {
        List<String> ran = new ArrayList<>();
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put("a", () -> ran.add("a"));
        tasks.put("b", () -> ran.add("b"));
        Times times = new Rounds(1, 2).measure(tasks);
        assertThat(ran).containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(times.tasks()).containsExactly("a", "b");
        assertThat(times.of("a")).hasSize(2);
    }

    @Test
    void timesAreThoseOfTheClock() {
        long[] now = {0};
        Map<String, Runnable> tasks = new LinkedHashMap<>();
        tasks.put("a", () -> now[0] += 7);
        tasks.put("b", () -> now[0] += 3);
        Times times = new Rounds(1, 2).measure(tasks, () -> now[0]);
        assertThat(times.of("a")).containsExactly(7, 7);
        assertThat(times.of("b")).containsExactly(3, 3);
    }

    @Test
    void medianOfOddAndEvenNumbersOfRounds() {
        assertThat(times(new double[] {9, 1, 5}, new double[] {1, 1, 1}).median("a"))
                .isEqualTo(5.0);
        assertThat(times(new double[] {9, 1, 5, 7}, new double[] {1, 1, 1, 1}).median("a"))
                .isEqualTo(6.0);
        assertThat(times(new double[] {9, 1, 5}, new double[] {1, 1, 1}).least("a"))
                .isEqualTo(1.0);
    }

    /** The machine is ten times slower in the last round: the ratio of the medians would be 1, of the rounds it is 2. */
    @Test
    void ratiosAreTakenRoundByRound() {
        Times.Spread ratio =
                times(new double[] {2, 4, 40}, new double[] {1, 4, 20}).ratio("a", "b");
        assertThat(ratio).isEqualTo(new Times.Spread(2, 1, 2));
        assertThat(ratio.times(3)).isEqualTo(new Times.Spread(6, 3, 6));
        assertThat(ratio.reciprocal()).isEqualTo(new Times.Spread(0.5, 0.5, 1));
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> new Rounds(0, 0)).hasMessageContaining("0 rounds");
        assertThatThrownBy(() -> times(new double[1], new double[2]))
                .hasMessageContaining("different numbers of rounds");
        assertThatThrownBy(() -> times(new double[1], new double[1]).of("c")).hasMessageContaining("'c'");
    }
}
