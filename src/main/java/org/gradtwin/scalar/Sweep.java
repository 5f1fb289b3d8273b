package org.gradtwin.scalar;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    /** The commonest ops, which are not looked up. */
    private static final byte ADD = Op.ADD.code();

    private static final byte MULTIPLY = Op.MULTIPLY.code();
    /** {@link Tape#PENDING} in each of eight bytes. */
    private static final long ALL_PENDING = 0x0101010101010101L;

    /** Tapes with pending cells, which were not swept yet. A tape refers to tapes of lower rank only. */
    private final List<Tape> tapes = new ArrayList<>();

    private final Kernels kernels = Kernels.get();

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
                mayMeetPassed |= tape.anyPassed || tape.rank > 0;
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
        Recorder.current().finish();
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
                for (int i = previous(tape, tape.highest + 1); i >= 0; i = previous(tape, i)) {
                    Operands.visit(tape, i, this::markUnlessPassed);
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
                if (tape.state[i] == Tape.PASSED) {
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
        for (int i = previous(tape, tape.highest + 1); i >= 0; i = previous(tape, i)) {
            tape.state[i] = Tape.NEW;
        }
        tape.expectNothing();
    }

    /** The nearest pending cell below {@code i}, or −1. Skips what is not pending eight cells at a time. */
    private static int previous(Tape tape, int i) {
        byte[] state = tape.state;
        int k = i - 1;
        while (k >= tape.lowest && state[k] != Tape.PENDING) {
            boolean none = k >= 8 && ((long) EIGHT.get(state, k - 8) & ALL_PENDING) == 0;
            k -= none ? 9 : 1;
        }
        return k >= tape.lowest ? k : -1;
    }

    private void enter(Tape tape) {
        if (tape != current && !tapes.contains(tape)) {
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
            tape.anyPassed = true;
            for (int i = previous(tape, tape.highest + 1); i >= 0; i = previous(tape, i)) {
                tape.state[i] = Tape.PASSED;
                pass(tape, i);
            }
            tape.expectNothing();
        }
    }

    /** Passes the gradient of cell {@code i} to its operands. */
    private void pass(Tape tape, int i) {
        double g = tape.grad[i];
        int a = tape.first[i];
        int b = tape.second[i];
        byte code = tape.code[i];
        if (code == ADD) {
            give(tape, a, g);
            give(tape, b, g);
            return;
        } else if (code == MULTIPLY) {
            double toFirst = g * tape.valueOf(b);
            double toSecond = g * tape.valueOf(a);
            give(tape, a, toFirst);
            give(tape, b, toSecond);
            return;
        }
        Op op = Op.of(code);
        if (op.isBinary()) {
            double x = tape.valueOf(a);
            double y = tape.valueOf(b);
            give(tape, a, Binary.gradientOfFirst(op, g, x, y));
            give(tape, b, Binary.gradientOfSecond(op, g, x, y, tape.value[i]));
        } else if (op.isMany()) {
            switch (op) {
                case SUM -> passSum(tape, g, a, b);
                case DOT -> passDot(tape, g, a, b);
                default -> passDotRun(tape, g, a, b);
            }
        } else {
            double p = op.numbers > 0 ? tape.number[b] : 0;
            double q = op.numbers > 1 ? tape.number[b + 1] : 0;
            give(tape, a, Elementwise.gradient(op, g, tape.valueOf(a), tape.value[i], p, q));
        }
    }

    private void passSum(Tape tape, double g, int position, int n) {
        for (int k = 0; k < n; k++) {
            give(tape, tape.list[position + k], g);
        }
    }

    private void passDot(Tape tape, double g, int position, int n) {
        int[] list = tape.list;
        for (int k = 0; k < n; k++) {
            int x = list[position + k];
            int w = list[position + n + k];
            double toX = g * tape.valueOf(w);
            double toW = g * tape.valueOf(x);
            give(tape, x, toX);
            give(tape, w, toW);
        }
        giveBias(tape, list[position + 2 * n], g);
    }

    private void passDotRun(Tape tape, double g, int position, int n) {
        int x = tape.list[position];
        int w = tape.list[position + 1];
        Cells xs = tape.cells(x);
        Cells ws = tape.cells(w);
        int xFrom = tape.index(x);
        int wFrom = tape.index(w);
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
        markRun(xs, xFrom, n);
        markRun(ws, wFrom, n);
        giveBias(tape, tape.list[position + 2], g);
    }

    private void markRun(Cells cells, int from, int n) {
        if (cells instanceof Leaves leaves) {
            if (leaves.requiresGrad) {
                Arrays.fill(leaves.reached, from, from + n, true);
            }
        } else if (cells instanceof Tape tape) {
            tape.expect(from, n);
            enter(tape);
        }
    }

    private void giveBias(Tape tape, int reference, double g) {
        if (reference != Operands.NONE) {
            give(tape, reference, g);
        }
    }

    /** Adds to the gradient of an operand. */
    private void give(Tape tape, int reference, double g) {
        if (reference >= 0) {
            tape.grad[reference] += g;
            tape.state[reference] = Tape.PENDING;
            if (reference < tape.lowest) {
                tape.lowest = reference;
            }
        } else {
            give(tape.foreign.cells(~reference), tape.foreign.index(~reference), g);
        }
    }

    private void give(Cells cells, int index, double g) {
        if (cells instanceof Leaves leaves) {
            if (leaves.requiresGrad) {
                leaves.grad[index] += g;
                leaves.reached[index] = true;
            }
        } else if (cells instanceof Tape tape) {
            tape.grad[index] += g;
            tape.expect(index, 1);
            enter(tape);
        }
    }
}
