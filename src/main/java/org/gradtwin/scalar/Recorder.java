package org.gradtwin.scalar;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one thread is recording: its tapes, whether it records at all, and the blocks its single leaves go to. */
final class Recorder {

    /** Four million rows. */
    private static final int ENOUGH = 1 << 23;

    private static final ThreadLocal<Recorder> CURRENT = ThreadLocal.withInitial(Recorder::new);

    /**
     * The recorder that was looked up last, by whatever thread: a guess that spares most look-ups. It keeps the tapes of
     * that thread, also after its end, until another looks its own up.
     */
    private static Recorder latest = CURRENT.get();

    final Thread thread = Thread.currentThread();

    /** The thread's own tape at the bottom, above it those that were opened and not closed. */
    private final List<Tape> open = new ArrayList<>();
    /** Tapes that were left with cells that have not passed their gradient, as long as somebody uses them: for counting children. */
    private final List<WeakReference<Tape>> unfinished = new ArrayList<>();

    private int pruneAt = 16;

    /** Entries enough for any graph: twice as many as those that were sent backward lately had. */
    private long enough = ENOUGH;

    @Nullable
    private Tape recording;

    private int noGrad;
    private final LeafSupply leaves = new LeafSupply(true);
    private final LeafSupply constants = new LeafSupply(false);

    private Recorder() {
        open.add(new Tape(this, Tape.SMALLEST));
        resume();
    }

    static Recorder current() {
        Recorder recorder = CURRENT.get();
        latest = recorder;
        return recorder;
    }

    /** The thread's recorder, for an operation on a cell: if it is not the latest, it is mostly that of the cell. */
    static Recorder near(Cells x) {
        Thread thread = Thread.currentThread();
        Recorder guess = latest;
        if (guess.thread == thread) {
            return guess;
        }
        Recorder recorder = x.recorder;
        return recorder.thread == thread ? recorder : current();
    }

    /** The tape on which the thread records, were it recording. */
    Tape tape() {
        return open.get(open.size() - 1);
    }

    /** The tape to record on, or null within {@link NoGrad}. */
    @Nullable
    Tape recordingTape() {
        return recording;
    }

    void open(Tape tape) {
        open.add(tape);
        resume();
    }

    /** Closes the tape that was opened last. */
    void close(Tape tape) {
        if (tape() != tape) {
            throw new IllegalStateException(
                    "a tape is closed by the thread that opened it, after those that were opened later");
        }
        open.remove(open.size() - 1);
        resume();
    }

    void pause() {
        noGrad++;
        recording = null;
    }

    void unpause() {
        noGrad--;
        resume();
    }

    private void resume() {
        recording = noGrad > 0 ? null : tape();
    }

    /** After a backward pass over so many entries: a tape that nobody rewinds is left to the garbage collector. */
    void finish(long entries) {
        Tape old = tape();
        if (old.managed) {
            return;
        }
        enough = Math.max(ENOUGH, Math.max(2 * entries, enough / 2));
        if (old.size > 0) {
            // As large as the last graph needed: a training step records the same again.
            leave(old, (int) Math.min(entries / 2, old.size));
        }
    }

    /** Leaves a tape that is to hold more entries than any graph needs: some were never sent backward, and pile up. */
    boolean leaveIfMoreThanEnough(Tape tape, long capacity) {
        if (tape != tape() || capacity <= enough) {
            return false;
        }
        leave(tape, Tape.SMALLEST);
        return true;
    }

    /** Goes on with a fresh tape. */
    private void leave(Tape old, int firstCapacity) {
        old.sealed = true;
        open.set(open.size() - 1, new Tape(this, Math.max(Tape.SMALLEST, firstCapacity)));
        if (old.passed < old.size) {
            remember(old);
        }
        resume();
    }

    private void remember(Tape tape) {
        if (unfinished.size() >= pruneAt) {
            unfinished.removeIf(reference -> reference.get() == null);
            pruneAt = Math.max(16, 2 * unfinished.size());
        }
        unfinished.add(new WeakReference<>(tape));
    }

    /** Visits the tapes of this thread that are still in use and may have cells that have not passed their gradient. */
    void forEachTape(Consumer<Tape> visitor) {
        open.forEach(visitor);
        for (WeakReference<Tape> reference : unfinished) {
            Tape tape = reference.get();
            if (tape != null) {
                visitor.accept(tape);
            }
        }
    }

    Node leaf(double value) {
        return add(leaves.block(), value);
    }

    Node constant(double value) {
        return add(constantBlock(), value);
    }

    /** A block with room for one more constant. */
    Leaves constantBlock() {
        return constants.block();
    }

    private static Node add(Leaves block, double value) {
        return new Node(block, block.add(value), 0);
    }

    /**
     * Hands out single leaves from blocks. The blocks are small, because one leaf in use keeps its block, and grow, because
     * most threads need few.
     */
    private final class LeafSupply {

        private final boolean requiresGrad;
        private Leaves block;

        LeafSupply(boolean requiresGrad) {
            this.requiresGrad = requiresGrad;
            this.block = new Leaves(Recorder.this, new double[8], requiresGrad);
        }

        /** A block with room for one more. */
        Leaves block() {
            int length = block.value.length;
            if (block.used == length) {
                block = new Leaves(Recorder.this, new double[Math.min(512, 2 * length)], requiresGrad);
            }
            return block;
        }
    }
}
