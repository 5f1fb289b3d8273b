package org.gradtwin.scalar;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A handle for an element of a block. */
final class Element extends Node {

    final Block block;
    final int index;

    Element(Block block, int index) {
        this.block = block;
        this.index = index;
        this.state = LEAF; // the block is the vertex
    }

    @Override
    public double grad() {
        return reached() ? block.grad[index] : 0;
    }

    @Override
    public boolean reached() {
        return block.requiresGrad && block.reached[index];
    }

    @Override
    void store(double data) {
        block.data[index] = data;
    }

    @Override
    void storeGrad(double grad) {
        block.grad[index] = grad;
        block.reached[index] = true;
    }

    @Override
    public void zeroGrad() {
        block.zeroGrad(index, 1);
    }

    @Override
    Operation operation() {
        return block.operation;
    }

    @Override
    List<Node> operands() {
        return block.operands(index);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Element element && element.block == block && element.index == index;
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(block) + index;
    }
}
