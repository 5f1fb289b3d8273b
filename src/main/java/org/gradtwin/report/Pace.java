package org.gradtwin.report;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.gradtwin.report.CampaignReport.Moment;
import org.gradtwin.report.CampaignReport.Times;

/** How far a campaign has come, and when; of long ones at moments farther apart. */
public final class Pace {
    private static final int MOST = 200;

    private final Clock clock = new Clock(null);
    private final long start = System.nanoTime();
    private double width = 0.25;
    private TreeMap<Long, Long> programs = new TreeMap<>();

    /** So many programs are examined now. */
    public synchronized void at(long examined) {
        programs.put((long) ((System.nanoTime() - start) / 1e9 / width), examined);
        if (programs.size() > MOST) {
            width *= 2;
            TreeMap<Long, Long> wider = new TreeMap<>();
            programs.forEach((slot, count) -> wider.put(slot / 2, count));
            programs = wider;
        }
    }

    /** The campaign until now. */
    public synchronized Times now() {
        List<Moment> moments = new ArrayList<>();
        programs.forEach((slot, count) -> moments.add(new Moment((slot + 1) * width, count)));
        return new Times(clock.now(), moments);
    }
}
