package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GraphTest {

    @Tag("campaign")
    @Test
    void chainOfTenMillionNodesNeedsNoRecursion() {
        Node x = Node.of(1);
        Node y = x;
        for (int i = 0; i < 10_000_000; i++) {
            y = y.plus(1);
        }
        y.backward();
        assertThat(y.data()).isEqualTo(10_000_001);
        assertThat(x.grad()).isEqualTo(1);
    }

    /** A node that a walk meets again and again, from below and from above. */
    @Test
    void nodesOfManyUsesPassOnce() {
        Node x = Node.of(1);
        Node y = x.times(1);
        Node first = y;
        for (int i = 0; i < 1_000; i++) {
            y = y.plus(first).plus(y);
            y = y.times(0.5);
        }
        Node sum = Node.sum(List.of(y, first, y.minus(first)));
        sum.backward();
        // y = x + 1000/2 · x
        assertThat(sum.data()).isEqualTo(2 * 501);
        assertThat(x.grad()).isEqualTo(2 * 501);
    }

    @Test
    void manyHeadsCostNoMoreThanTheirOwnGraphs() {
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
    void graphsAndPassesInTurn() {
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
    void refusedPassLeavesTheGraphAsItWas() {
        Node x = Node.of(2);
        Node passed = x.square();
        passed.backward();
        Node left = x.times(3).times(5);
        Node root = left.plus(left.times(7)).plus(passed);
        assertThatIllegalStateException().isThrownBy(root::backward).withMessageContaining("'square'");
        assertThatIllegalStateException().isThrownBy(root::backward).withMessageContaining("'square'");
        assertThat(x.grad()).isEqualTo(4);
        assertThat(left.reached()).isFalse();
        left.backward();
        assertThat(x.grad()).isEqualTo(4 + 15);
    }

    @Test
    void outputsOfOneLayerPassOnlyWhatTheRootDependsOnAndAtOnce() {
        NodeRun x = NodeRun.leaves(1, 2);
        NodeRun w = NodeRun.leaves(3, 4, 5, 6, 7, 8);
        NodeRun y = x.affine(w, 2).relu();
        y.get(1).backward();
        assertThat(x.grad()).containsExactly(6, 7);
        assertThat(w.grad()).containsExactly(0, 0, 0, 1, 2, 1);
        assertThat(w).extracting(Node::reached).containsExactly(false, false, false, true, true, true);
        assertThat(y).extracting(Node::reached).containsExactly(false, true);
        assertThatIllegalStateException()
                .isThrownBy(() -> y.get(0).backward())
                .withMessageContaining("'relu' has passed its gradient");
    }

    @Test
    void copiedNodesAreReachedWhereTheirCopyIs() {
        Node a = Node.of(2);
        Node b = Node.of(3);
        NodeRun copies = NodeRun.of(List.of(a.times(5), b.times(7)));
        NodeRun y = copies.relu();
        assertThat(y.get(0).parents()).containsExactly(copies.get(0));
        y.get(0).backward();
        assertThat(a.grad()).isEqualTo(5);
        assertThat(b.reached()).isFalse();
        assertThat(copies.get(1).reached()).isFalse();
        copies.get(1).backward();
        assertThat(b.grad()).isEqualTo(7);
    }

    @Test
    void negativeZeroIsPassedOn() {
        Node x = Node.of(0);
        Node y = x.plus(1);
        y.times(1).backward(-0.0);
        assertThat(y.grad()).isEqualTo(-0.0);
    }

    @Test
    void threadsDoNotDisturbEachOther() throws Exception {
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
    void graphOfAnotherThreadGoesOn() throws Exception {
        Node x = Node.of(3);
        Node mine = x.times(2);
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<Node> onTop = pool.submit(() -> mine.times(x));
            onTop.get().backward();
        } finally {
            pool.shutdown();
        }
        assertThat(x.grad()).isEqualTo(12);
    }

    @Test
    void trainingAndEvaluatingLeaveNothingBehind() throws InterruptedException {
        Node w = Node.of(0);
        NodeRun run = NodeRun.leaves(1, 2, 3, 4);
        List<WeakReference<Node>> roots = new ArrayList<>();
        for (int step = 0; step < 1_000; step++) {
            Node loss = w;
            for (int k = 0; k < 40; k++) {
                loss = loss.plus(Node.of(step));
            }
            loss.backward();
            roots.add(new WeakReference<>(loss));
            roots.add(new WeakReference<>(w.times(w)));
            roots.add(new WeakReference<>(Node.dot(run, run)));
            roots.add(new WeakReference<>(
                    NodeRun.constants(1).affine(run, 2).relu().get(0)));
        }
        assertThat(w.grad()).isEqualTo(1_000);
        for (int i = 0; i < 50 && roots.stream().anyMatch(root -> root.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(roots).allMatch(root -> root.get() == null);
    }
}
