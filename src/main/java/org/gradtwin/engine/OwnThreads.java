package org.gradtwin.engine;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has an engine work in threads that are not the run's own: one that never comes to its end is given up, and costs its program
 * only. An engine that only one thread at a time may use is held to that, as long as it comes back.
 */
final class OwnThreads {
    private static final ExecutorService THREADS = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "engine");
        thread.setDaemon(true);
        return thread;
    });

    /** How long one that was given up may take to leave at most: until then it would work beside the next, in the same engine. */
    private static final Duration LEAVES = Duration.ofSeconds(1);

    private final Patience patience;
    private final Duration leaves;
    private final Lock turn = new ReentrantLock();

    OwnThreads(Duration limit) {
        this.patience = new Patience(limit);
        this.leaves = limit.compareTo(LEAVES) < 0 ? limit : LEAVES;
    }

    /**
     * Does something for as long as it may take.
     *
     * @param concurrent whether another thread may do something else meanwhile
     * @throws LateException if it takes longer
     * @throws NotAskedException if others took longer too often
     */
    <T> T run(boolean concurrent, Supplier<T> work) {
        if (concurrent) {
            return timed(work);
        }
        turn.lock();
        try {
            return timed(work);
        } finally {
            turn.unlock();
        }
    }

    @SuppressWarnings("NullAway") // the work of an engine gives a result, or throws
    private <T> T timed(Supplier<T> work) {
        patience.require();
        String at = Running.at(Thread.currentThread()).orElse("");
        CountDownLatch left = new CountDownLatch(1);
        Future<Outcome<T>> answer = THREADS.submit(() -> {
            try {
                return outcome(at, work);
            } finally {
                left.countDown();
            }
        });
        Outcome<T> outcome;
        try {
            outcome = answer.get(patience.limit().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            await(left);
            throw new LateException("the engine " + patience.late());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new LateException("the engine was left while it worked");
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
        patience.answered();
        if (outcome.thrown() != null) {
            throw thrown(outcome.thrown());
        }
        return outcome.result();
    }

    private void await(CountDownLatch left) {
        try {
            left.await(leaves.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What came of the work. An exception is carried as it is: it may throw when it is wrapped in another, which reads its message. */
    private record Outcome<T>(@Nullable T result, @Nullable Throwable thrown) {}

    private static <T> Outcome<T> outcome(String at, Supplier<T> work) {
        try {
            return new Outcome<>(at.isEmpty() ? work.get() : Running.during(at, work), null);
        } catch (Throwable e) {
            return new Outcome<>(null, e);
        }
    }

    private static RuntimeException thrown(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException exception) {
            return exception;
        }
        return new CompletionException(Thrown.inWords(cause), null);
    }
}
