package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapeTest {

    /** What other tests recorded on this thread and never sent backward is left behind. */
    @BeforeEach
    void startOnAFreshTape() {
        Node.of(1).square().backward();
    }

    @Test
    void chainOfTenMillionNodes_needsNoRecursion() {
        Node x = Node.of(1);
        Node y = x;
        for (int i = 0; i < 10_000_000; i++) {
            y = y.plus(1);
        }
        y.backward();
        assertThat(y.data()).isEqualTo(10_000_001);
        assertThat(x.grad()).isEqualTo(1);
    }

    @Test
    void manyHeadsOnOneTape_costNoMoreThanTheirOwnGraphs() {
        Node x = Node.of(1);
        List<Node> heads = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            Node y = x;
            for (int k = 0; k < 10; k++) {
                y = y.times(1);
            }
            heads.add(y);
        }
        heads.forEach(Node::backward);
        assertThat(x.grad()).isEqualTo(20_000);
    }

    @Test
    void afterBackward_aFreshTapeIsRecordedOn() {
        Node x = Node.of(2);
        Node y = x.square();
        Tape tape = Tape.current();
        y.backward();
        assertThat(Tape.current()).isNotSameAs(tape);
        assertThat(Tape.current().size()).isZero();
        assertThat(y.grad()).isEqualTo(1);
        Node z = y.data() > 0 ? x.times(3) : x;
        z.backward();
        assertThat(x.grad()).isEqualTo(7);
    }

    @Test
    void graphThatSpansThreeTapes_isSweptInOrder() {
        Node x = Node.of(2);
        Node a = x.square();
        x.times(100).backward();
        Node b = a.times(x);
        x.times(100).backward();
        Node c = a.times(b).plus(b);
        x.zeroGrad();
        c.backward();
        // c = x⁵ + x³
        assertThat(c.data()).isEqualTo(40);
        assertThat(x.grad()).isEqualTo(5 * 16 + 3 * 4);
        assertThat(a.grad()).isEqualTo(8 + (4 + 1) * 2);
    }

    @Test
    void explicitTape_isReusedAfterRewind() {
        Node x = Node.of(2);
        try (Tape tape = Tape.open()) {
            for (int step = 1; step <= 3; step++) {
                Node y = x.square().times(step);
                assertThat(tape.size()).isEqualTo(2);
                y.backward();
                assertThat(Tape.current()).isSameAs(tape);
                assertThat(x.grad()).isEqualTo(4.0 * step);
                assertThat(y.parents().get(0).grad()).isEqualTo(step);
                x.zeroGrad();
                tape.rewind();
                assertThat(tape.size()).isZero();
            }
        }
        assertThat(Tape.current().size()).isZero();
    }

    @Test
    void discardedNode_isRefused() {
        Node x = Node.of(2);
        Tape.Mark elsewhere;
        try (Tape other = Tape.open()) {
            elsewhere = other.mark();
        }
        Tape opened;
        Node last;
        try (Tape tape = Tape.open()) {
            opened = tape;
            Node kept = x.square();
            Tape.Mark mark = tape.mark();
            Node lost = kept.times(3);
            tape.rewind(mark);
            Node inItsPlace = kept.times(4);
            assertThat(inItsPlace.data()).isEqualTo(16);
            assertThat(kept.data()).isEqualTo(4);
            assertThatIllegalStateException().isThrownBy(lost::data).withMessageContaining("rewound");
            assertThatIllegalStateException().isThrownBy(() -> x.plus(lost));
            assertThatIllegalStateException().isThrownBy(() -> lost.plus(x));
            assertThatIllegalStateException().isThrownBy(lost::backward);
            tape.rewind(mark);
            tape.rewind(mark);
            assertThat(kept.data()).isEqualTo(4);
            assertThatIllegalStateException().isThrownBy(inItsPlace::data);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.rewind(elsewhere))
                    .withMessage("rewind to node 0 of another tape");
            Tape.Mark later = tape.mark();
            tape.rewind();
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> tape.rewind(later))
                    .withMessage("rewind to node 1 of a tape that holds 0 nodes");
            last = x.times(2);
        }
        assertThatIllegalStateException().isThrownBy(last::data);
        assertThatIllegalStateException().isThrownBy(() -> last.plus(x));
        opened.close();
    }

    @Test
    void innerTape_seesTheOuterOne() {
        Node x = Node.of(3);
        Node outer = x.times(2);
        try (Tape tape = Tape.open()) {
            assertThat(tape.size()).isZero();
            outer.square().backward();
        }
        assertThat(outer.grad()).isEqualTo(12);
        assertThat(x.grad()).isEqualTo(24);
        assertThatIllegalStateException().isThrownBy(outer::backward);
    }

    @Test
    void leavesInTurnOnTwoTapes_areNotMixedUp() {
        Node x = Node.of(3);
        NodeRun w = NodeRun.leaves(5, 7);
        Node outer = x.times(w.get(0));
        try (Tape tape = Tape.open()) {
            Node inner = w.get(1).times(x).clamp(-100, 100);
            inner.backward();
            tape.rewind();
            w.get(0).times(w.get(1)).backward();
        }
        outer.times(w.get(1)).plus(x).backward();
        // inner: w1·x, then w0·w1; outer: x·w0·w1 + x
        assertThat(x.grad()).isEqualTo(7 + (35 + 1));
        assertThat(w.grad()).containsExactly(7 + 21, 3 + 5 + 15);
    }

    @Test
    void tapesAreClosedInOrder() {
        Tape first = Tape.open();
        Tape second = Tape.open();
        assertThatIllegalStateException().isThrownBy(first::close);
        second.close();
        first.close();
    }

    @Test
    void threads_doNotDisturbEachOther() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Double>> tasks = new ArrayList<>();
            for (int t = 1; t <= 8; t++) {
                double start = t;
                tasks.add(() -> {
                    double sum = 0;
                    for (int i = 0; i < 2_000; i++) {
                        Node x = Node.of(start);
                        x.square().times(x).plus(x).backward();
                        sum += x.grad();
                    }
                    return sum;
                });
            }
            List<Future<Double>> results = pool.invokeAll(tasks);
            for (int t = 1; t <= 8; t++) {
                assertThat(results.get(t - 1).get()).isEqualTo(2_000.0 * (3 * t * t + 1));
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void unfinishedGraphOfAnotherThread_isRefused() throws Exception {
        Node x = Node.of(3);
        Node mine = x.times(2);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<Double> onLeaf = pool.submit(() -> x.times(5).data());
            assertThat(onLeaf.get()).isEqualTo(15);
            Future<String> refused = pool.submit(() -> {
                try {
                    return mine.plus(1).toString();
                } catch (IllegalStateException e) {
                    return String.valueOf(e.getMessage());
                }
            });
            assertThat(refused.get()).contains("only leaves are shared between threads");
        } finally {
            pool.shutdown();
        }
        mine.backward();
        assertThat(x.grad()).isEqualTo(2);
    }

    @Test
    void naiveTrainingLoop_leavesNothingBehind() throws InterruptedException {
        Node w = Node.of(0);
        List<WeakReference<Tape>> tapes = new ArrayList<>();
        for (int step = 0; step < 1_000; step++) {
            Node loss = w;
            for (int k = 0; k < 40; k++) {
                loss = loss.plus(Node.of(step));
            }
            tapes.add(new WeakReference<>(Tape.current()));
            assertThat(Tape.current().size()).isEqualTo(40);
            loss.backward();
        }
        assertThat(w.grad()).isEqualTo(1_000);
        awaitCleared(tapes);
    }

    private static void awaitCleared(List<WeakReference<Tape>> tapes) throws InterruptedException {
        for (int i = 0; i < 50 && tapes.stream().anyMatch(tape -> tape.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(tapes).allMatch(tape -> tape.get() == null);
    }

    @Test
    void evaluatingLoop_withoutNoGrad_leavesNothingBehind() throws InterruptedException {
        Node w = Node.of(3);
        WeakReference<Tape> first = new WeakReference<>(Tape.current());
        for (int step = 1; step <= 2; step++) {
            Node y = w;
            for (int i = 0; i < 4_500_000; i++) {
                y = w.times(w);
            }
            assertThat(Tape.current().size()).isLessThan(1_000_000);
            y.backward();
            assertThat(w.grad()).isEqualTo(6 * step);
            w.times(w);
            // Made for one row, not for all that was thrown away.
            assertThat(Tape.current().value.length).isEqualTo(Rows.SMALLEST);
        }
        awaitCleared(List.of(first));
    }

    @Test
    void graphWhoseNumbersExtendOverTapes_findsThem() {
        Node x = Node.of(0.5);
        Node y = x;
        Tape first = Tape.current();
        for (int i = 0; i < 4_500_000; i++) {
            y = y.clamp(-1, 1);
        }
        assertThat(Tape.current()).isNotSameAs(first);
        y.backward();
        assertThat(x.grad()).isEqualTo(1);
    }

    @Test
    void evaluatingLongSums_leavesNothingBehind() throws InterruptedException {
        List<Node> x = List.copyOf(NodeRun.leaves(new double[100]).subList(0, 100));
        WeakReference<Tape> first = new WeakReference<>(Tape.current());
        for (int i = 0; i < 60_000; i++) {
            Node.dot(x, x);
        }
        assertThat(Tape.current().listSize).isLessThan(9_000_000);
        awaitCleared(List.of(first));
    }

    @Test
    void graphLargerThanAnyBefore_extendsOverTapes_andOverOneTheNextTime() {
        Node w = Node.of(2);
        List<Integer> tapes = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            Node y = w;
            Set<Tape> used = Collections.newSetFromMap(new IdentityHashMap<>());
            for (int i = 0; i < 4_300_000; i++) {
                y = y.plus(w);
                if (i % 1_000 == 0) {
                    used.add(Tape.current());
                }
            }
            tapes.add(used.size());
            assertThat(w.degree()).isEqualTo(4_300_001);
            y.backward();
            assertThat(w.degree()).isZero();
            assertThat(w.grad()).isEqualTo(4_300_001);
            w.zeroGrad();
        }
        assertThat(tapes.get(0)).isGreaterThan(1);
        assertThat(tapes.get(1)).isEqualTo(1);
    }
}
