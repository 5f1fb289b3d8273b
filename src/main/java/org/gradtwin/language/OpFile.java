package org.gradtwin.language;

import java.util.List;

/**
 * A file that describes an op, or a small family of ops that share a rule. {@link Ops} finds every one that is registered as a
 * service, with {@code @AutoService(OpFile.class)} for instance.
 */
public interface OpFile {
    /** The ops. */
    List<Op> ops();
}
