package org.gradtwin.adapters;

import java.util.List;
import org.gradtwin.language.Index;

/**
 * A subscript without tensors in TensorFlow's terms, which are SameDiff's too: bounds, and a bit an item where a bound is left out.
 *
 * @param newAxes bits of items that are new dimensions
 * @param shrunk bits of items that are single integers
 */
record StridedSlice(int[] begin, int[] end, int[] step, int noBegin, int noEnd, int ellipsis, int newAxes, int shrunk) {
    /** Null if there are tensors in it. */
    static StridedSlice of(Index index) {
        List<Index.Item> items = index.items();
        int[] begin = new int[items.size()];
        int[] end = new int[items.size()];
        int[] step = new int[items.size()];
        int[] masks = new int[5];
        for (int i = 0; i < items.size(); i++) {
            int bit = 1 << i;
            step[i] = 1;
            if (items.get(i) instanceof Index.At at) {
                begin[i] = at.position();
                end[i] = begin[i] + 1;
                masks[4] |= bit;
            } else if (items.get(i) instanceof Index.Slice slice) {
                begin[i] = slice.start() == null ? 0 : slice.start();
                end[i] = slice.stop() == null ? 0 : slice.stop();
                step[i] = slice.step() == null ? 1 : slice.step();
                masks[0] |= slice.start() == null ? bit : 0;
                masks[1] |= slice.stop() == null ? bit : 0;
            } else if (items.get(i) instanceof Index.Gather) {
                return null;
            } else {
                masks[items.get(i) instanceof Index.Ellipsis ? 2 : 3] |= bit;
            }
        }
        return new StridedSlice(begin, end, step, masks[0], masks[1], masks[2], masks[3], masks[4]);
    }
}
