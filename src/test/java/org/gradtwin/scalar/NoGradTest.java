package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Scopes that are ended by a thread that they were not made for. */
class NoGradTest {

    @SuppressWarnings("try") // the scope works by being open
    @Test
    void scopeOfAnotherThreadIsNotClosed() throws ExecutionException, InterruptedException {
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
