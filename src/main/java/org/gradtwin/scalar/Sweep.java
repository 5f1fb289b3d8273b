package org.gradtwin.scalar;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One backward pass. Cells to visit are marked; a tape is swept from the top down, and since operands
 * lie below what is computed from them, every gradient is complete when its cell is met. Whether a cell is visited
 * depends on the structure alone, never on a gradient being zero: 0 · ∞ is NaN here as in PyTorch.
 */
final class Sweep {

    /** Tapes with pending cells, which were not swept yet. A tape refers to tapes of lower rank only. */
    private final List<Tape> tapes = new ArrayList<>();

    private final Kernels kernels = Kernels.get();

    /** Entries of the tapes that belong to what has been visited: two a row, and those of the side tables. */
    private long entries;

    /** The tape that is being swept; its marks are found anyway. */
    @Nullable
    private Tape current;

    private Sweep() {}

    /** Sends {@code cotangents} backward from {@code roots}, all at once. */
    static void backward(List<Node> roots, double[] cotangents) {
        boolean mayMeetPassed = false;
        for (Node root : roots) {
            root.checkAlive();
            if (!root.requiresGrad()) {
                throw new IllegalStateException(
                        "backward from a constant: it depends on no leaf, or was computed within NoGrad");
            }
            if (root.cells instanceof Tape tape) {
                mayMeetPassed |= tape.passed > 0 || tape.rank > 0;
            }
        }
        Sweep sweep = new Sweep();
        if (mayMeetPassed) {
            sweep.refuseConsumed(roots);
        }
        for (int i = 0; i < cotangents.length; i++) {
            Node root = roots.get(i);
            sweep.give(root.cells, root.index, cotangents[i]);
        }
        sweep.run();
        Recorder.current().finish(sweep.entries);
    }

    /** Visits the graph without touching a gradient and throws if some cell has passed its gradient before. */
    private void refuseConsumed(List<Node> roots) {
        List<Tape> visited = new ArrayList<>();
        try {
            for (Node root : roots) {
                markUnlessPassed(root.cells, root.index, 1);
            }
            for (Tape tape = next(); tape != null; tape = next()) {
                visited.add(tape);
                int i = tape.highest;
                for (int seen = 0; seen < tape.pending; seen++) {
                    i = tape.highestPending(i);
                    Operands.visit(tape, i--, this::markUnlessPassed);
                }
            }
        } finally {
            visited.addAll(tapes);
            tapes.clear();
            visited.forEach(Sweep::unmark);
        }
    }

    private void markUnlessPassed(Cells cells, int from, int count) {
        if (cells instanceof Tape tape) {
            enter(tape);
            for (int i = from; i < from + count; i++) {
                if (tape.reached(i)) {
                    throw new IllegalStateException("backward through a graph that was already sent backward: node '"
                            + new Node(tape, i, tape.generation).op()
                            + "' has passed its gradient on. Build the graph again, or send several gradients in one"
                            + " pass with Node.backward(roots, cotangents)");
                }
            }
            tape.expect(from, count);
        }
    }

    private static void unmark(Tape tape) {
        for (int i = tape.highest; tape.pending > 0; i--) {
            i = tape.highestPending(i);
            tape.mark[i] = 0;
            tape.pending--;
        }
        tape.highest = -1;
    }

    private void enter(Tape tape) {
        if (tape != current && !tapes.contains(tape)) {
            tape.makeGrads();
            tapes.add(tape);
        }
    }

    /** Takes the tape of the highest rank; null when there is none. */
    @Nullable
    private Tape next() {
        if (tapes.isEmpty()) {
            current = null;
            return null;
        }
        Tape highest = tapes.get(0);
        for (Tape tape : tapes) {
            if (tape.rank > highest.rank) {
                highest = tape;
            }
        }
        tapes.remove(highest);
        current = highest;
        return highest;
    }

    private void run() {
        for (Tape tape = next(); tape != null; tape = next()) {
            int before = tape.passed;
            sweep(tape);
            entries += 2L * (tape.passed - before);
            tape.highest = -1;
        }
    }

    private void sweep(Tape tape) {
        int i = tape.highest;
        while (tape.pending > 0) {
            i = TapeSweep.run(this, tape, tape.highestPending(i));
            if (i >= 0 && tape.isPending(i)) {
                tape.pass(i);
                passMany(tape, tape.op(i), tape.grad[i], (int) tape.first(i), (int) tape.second(i));
            }
        }
    }

    private void passMany(Tape tape, Op op, double g, int position, int n) {
        switch (op) {
            case SUM -> passSum(tape, g, position, n);
            case DOT -> passDot(tape, g, position, n);
            default -> passDotRun(tape, g, position, n);
        }
        entries += op == Op.SUM ? n : op == Op.DOT ? 2L * n + 1 : 3;
    }

    private void passSum(Tape tape, double g, int position, int n) {
        for (int k = 0; k < n; k++) {
            give(tape, tape.list[position + k], g);
        }
    }

    private void passDot(Tape tape, double g, int position, int n) {
        long[] list = tape.list;
        for (int k = 0; k < n; k++) {
            long x = list[position + k];
            long w = list[position + n + k];
            double toX = g * tape.valueOf(w);
            double toW = g * tape.valueOf(x);
            give(tape, x, toX);
            give(tape, w, toW);
        }
        giveBias(tape, list[position + 2 * n], g);
    }

    private void passDotRun(Tape tape, double g, int position, int n) {
        long x = tape.list[position];
        long w = tape.list[position + 1];
        Cells xs = tape.cells(x);
        Cells ws = tape.cells(w);
        int xFrom = Operands.index(x);
        int wFrom = Operands.index(w);
        markRun(xs, xFrom, n);
        markRun(ws, wFrom, n);
        if (xs.requiresGrad && ws.requiresGrad && xs != ws) {
            kernels.dotGradient(g, xs.value, xs.grad, xFrom, ws.value, ws.grad, wFrom, n);
        } else {
            if (xs.requiresGrad) {
                kernels.axpy(g, ws.value, wFrom, xs.grad, xFrom, n);
            }
            if (ws.requiresGrad) {
                kernels.axpy(g, xs.value, xFrom, ws.grad, wFrom, n);
            }
        }
        giveBias(tape, tape.list[position + 2], g);
    }

    private void markRun(Cells cells, int from, int n) {
        if (cells instanceof Leaves leaves) {
            if (leaves.requiresGrad) {
                Arrays.fill(leaves.reached, from, from + n, true);
            }
        } else if (cells instanceof Tape tape) {
            enter(tape);
            tape.expect(from, n);
        }
    }

    private void giveBias(Tape tape, long operand, double g) {
        if (operand != Operands.NONE) {
            give(tape, operand, g);
        }
    }

    /** Adds to the gradient of an operand. */
    void give(Tape tape, long operand, double g) {
        give(tape.cells(operand), Operands.index(operand), g);
    }

    private void give(Cells cells, int index, double g) {
        if (cells instanceof Leaves leaves) {
            leaves.give(index, g);
        } else if (cells instanceof Tape tape) {
            enter(tape);
            tape.give(index, g);
        }
    }
}
