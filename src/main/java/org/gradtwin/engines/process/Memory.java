package org.gradtwin.engines.process;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of the machine and of other processes. */
final class Memory {
    /** What Linux counts in, by default. */
    private static final long PAGE = 4096;

    private Memory() {}

    /** Half of the machine's memory in bytes. */
    static long half() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() / 2
                : Long.MAX_VALUE;
    }

    /** The bytes that a process and its descendants have in memory; 0 where the system does not tell. */
    static long of(ProcessHandle process) {
        return resident(process.pid())
                + process.descendants()
                        .mapToLong(child -> resident(child.pid()))
                        .sum();
    }

    private static long resident(long pid) {
        try {
            String[] pages = Files.readString(Path.of("/proc", Long.toString(pid), "statm"))
                    .split(" ", -1);
            return Long.parseLong(pages[1]) * PAGE;
        } catch (IOException | RuntimeException e) {
            return 0; // it ended, or the system has no such file
        }
    }
}
