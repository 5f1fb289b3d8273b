package org.gradtwin.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {

    @ParameterizedTest(name = "length {0}, seed 11")
    @ValueSource(ints = {0, 1, 3, 4, 7, 15, 16, 17, 31, 32, 200, 203, 1000})
    void bothFlavoursGiveTheSameBits(int n) {
        assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(), "no Vector API in this Java");
        Loops plain = new PlainLoops();
        Loops vector = new VectorLoops();
        SplittableRandom random = new SplittableRandom(11);
        double[] x = random.doubles(n + 5, -1, 1).toArray();
        double[] w = random.doubles(n + 9, -1, 1).toArray();
        assertThat(vector.dot(x, 3, w, 5, n)).isEqualTo(plain.dot(x, 3, w, 5, n));
        double[][] gradients = {x.clone(), w.clone(), x.clone(), w.clone()};
        plain.dotGradient(0.7, x, gradients[0], 3, w, gradients[1], 5, n);
        vector.dotGradient(0.7, x, gradients[2], 3, w, gradients[3], 5, n);
        assertThat(gradients[2]).containsExactly(gradients[0]);
        assertThat(gradients[3]).containsExactly(gradients[1]);
        plain.axpy(0.3, x, 3, gradients[1], 5, n);
        vector.axpy(0.3, x, 3, gradients[3], 5, n);
        assertThat(gradients[3]).containsExactly(gradients[1]);
    }

    @Test
    void dotAddsEveryProductOnce() {
        double[] x = new double[50];
        double[] w = new double[50];
        for (int i = 0; i < 50; i++) {
            x[i] = i;
            w[i] = 1;
        }
        assertThat(Loops.get().dot(x, 1, w, 0, 49)).isEqualTo(49 * 50 / 2.0);
        double[] dx = new double[50];
        double[] dw = new double[50];
        Loops.get().dotGradient(2, x, dx, 1, w, dw, 0, 49);
        assertThat(dx[0]).isZero();
        assertThat(dx[49]).isEqualTo(2);
        assertThat(dw[48]).isEqualTo(98);
        assertThat(dw[49]).isZero();
    }
}
