package org.gradtwin.faults;

/** Rows of the corpus of bugs that no engine behind this contract can have. */
enum NotSeeded {
    // spotless:off
    M25("jax#12033", "the guard of pow broke the second derivative: gradtwin compares first derivatives only"),
    M26("jax#11469", "rem rounded towards the wrong side: the language has no rem"),
    M29("HIPS/autograd#712", "an alias kept the unfixed rule: two spellings are one op before an engine sees them"),
    M35("pytorch#2421", "norm at 0: the language has no norm, and its composition is NaN at 0 in PyTorch too (composition/norm-at-zero)");
    // spotless:on

    private final String source;
    private final String why;

    NotSeeded(String source, String why) {
        this.source = source;
        this.why = why;
    }

    String source() {
        return source;
    }

    String why() {
        return why;
    }
}
