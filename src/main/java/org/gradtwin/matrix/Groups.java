package org.gradtwin.matrix;

/**
 * Elements in groups: element i of part o of group g stands at (o·groups + g)·inner + i. The channels of a batch of images are such
 * groups, rows are groups of one part, and columns groups of parts of one element.
 *
 * @param outer parts of each group
 * @param groups how many groups
 * @param inner neighbours in each part
 */
record Groups(int outer, int groups, int inner) {
    /** Elements of each group. */
    int count() {
        return outer * inner;
    }

    /** Where a part of a group begins. */
    int first(int part, int group) {
        return (part * groups + group) * inner;
    }

    /** The sum of a group, pairwise in each part and over the parts, for which {@code parts} has a place each. */
    double sum(Storage of, int group, Storage parts) {
        if (inner == 1) {
            return of.sum(group, outer, groups);
        }
        for (int part = 0; part < outer; part++) {
            parts.set(part, of.sum(first(part, group), inner, 1));
        }
        return parts.sum(0, outer, 1);
    }

    /** The sum of each group. */
    Storage sums(Graph graph, Storage of) {
        Storage sums = graph.allocate(groups);
        if (inner == 1) {
            graph.passes().sumRows(sums, of, outer, groups);
            return sums;
        }
        Storage parts = graph.allocate(outer);
        for (int group = 0; group < groups; group++) {
            sums.set(group, sum(of, group, parts));
        }
        graph.release(parts);
        return sums;
    }
}
