package org.gradtwin.language;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What is made once of each key, by any number of threads, until there are too many: then all are made anew. Random programs have ever new
 * keys.
 *
 * @param <K> what it is made of, compared by {@code equals}
 * @param <V> what is made
 */
final class Memo<K, V> {
    private final Map<K, V> made = new ConcurrentHashMap<>();
    private final int most;

    /** Of no more than so many. */
    Memo(int most) {
        this.most = most;
    }

    V of(K key, Function<? super K, ? extends V> maker) {
        if (made.size() >= most) {
            made.clear();
        }
        return made.computeIfAbsent(key, maker);
    }
}
