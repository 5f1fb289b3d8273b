package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Tapes and scopes that are ended in an order, or by a thread, that they were not made for. */
class ScopesTest {

    @Test
    void tapeThatALaterOneRefersTo_isNotRewound() {
        Node x = Node.of(2);
        try (Tape outer = Tape.open()) {
            Node y = x.times(x);
            try (Tape inner = Tape.open()) {
                Node z = y.times(3);
                assertThatIllegalStateException()
                        .isThrownBy(outer::rewind)
                        .withMessage("rewind of a tape to which a later one refers: close that one first");
                z.backward();
                assertThat(inner.size()).isEqualTo(1);
            }
            assertThat(x.grad()).isEqualTo(12);
            outer.rewind();
            assertThat(outer.size()).isZero();
        }
    }

    @Test
    void scopeOfAnotherThread_isNotClosed() throws ExecutionException, InterruptedException {
        Node x = Node.of(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (NoGrad here = NoGrad.open()) {
            other.submit(() -> {
                        try (NoGrad there = NoGrad.open()) {
                            assertThatIllegalStateException()
                                    .isThrownBy(here::close)
                                    .withMessage("closed by another thread than the one that opened it");
                            assertThat(x.times(x).requiresGrad()).isFalse();
                        }
                        assertThat(x.times(x).requiresGrad()).isTrue();
                    })
                    .get();
            assertThat(x.times(x).requiresGrad()).isFalse();
        } finally {
            other.shutdown();
        }
        assertThat(x.times(x).requiresGrad()).isTrue();
    }
}
