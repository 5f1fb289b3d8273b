package org.gradtwin.language;

import java.util.Set;
import java.util.regex.Pattern;

/** Which names a program may give to its values. */
final class Names {
    private static final Set<String> KEYWORDS =
            Set.of(("False None True and as assert async await break class continue def del elif else except "
                            + "finally for from global if import in is lambda nonlocal not or pass raise return try while "
                            + "with yield")
                    .split(" "));

    private static final Pattern NAME = Pattern.compile("[A-Za-z_]\\w*");

    private Names() {}

    /** Whether Python lets a value have that name. One that is also a function's hides the function, as in Python. */
    static boolean isFree(String name) {
        return NAME.matcher(name).matches() && !KEYWORDS.contains(name) && !name.equals("__debug__");
    }
}
