"""Explanations of the numbers that come from many activities rather than one: fitness, forecasts, zones. For the page
about the metrics and docs/metrics.md, in the form of a metric's docstring."""

# name (the anchor) -> (label, text)
NUMBERS: dict[str, tuple[str, str]] = {
    "health_normal": ("Health and your normal", """What devices measured about your body, next to what is usual for you.

    Source: the devices' own values; the band is ours.
    Definition: normal is the median of the 28 days before; its band extends 1.5 robust standard deviations (1.4826
    times the median absolute deviation) to each side.
    Messy data: missing days stay missing; with fewer than 10 of the 28 days there is no normal. Of several sources only
    one counts, and Health says which; they are never added or averaged.
    """),
    "night": ("A night", """How long you slept, the sleep stages, and what was measured during the night.

    Source: the devices.
    Definition: a night belongs to the day on which you wake up; the shares are of the time from falling asleep to
    getting up.
    Messy data: sleep stages measured at the wrist are estimates.
    """),
    "regularity": ("Sleep regularity", """How often you are in the same state, asleep or awake, 24 hours apart.

    Source: the Sleep Regularity Index of Phillips and others 2017, Sci Rep 7:3216.
    Definition: 200 x the share of minutes in the same state as 24 hours later, less 100: 100 is the same every day, 0
    is chance. The usual times are medians.
    Messy data: days without a night are left out.
    """),
    "body": ("Weight and body", """Weight, body composition and blood pressure, from your devices or entered by you.

    Definition: the weight shown is its 7-day mean; everything else is the latest value.
    Messy data: the change is against four weeks before, and is left out if there was no weight then.
    """),
    "activity_count": ("Activities", """The number of workouts.

    Definition: a workout counts once, however many files it came in.
    Messy data: an activity whose date cannot be right, or that you left out of totals, does not count. One that you
    left out still counts for its gear, which was used all the same.
    """),
    "best_effort": ("Records and best efforts", """The fastest time over a distance, the highest power, heart rate or
    speed over a time, and the most of something in a day, week, month or year.

    Definition: for a distance, the shortest elapsed time of any stretch of exactly that length, its ends interpolated
    between points; for a time, the highest mean over that many consecutive seconds.
    Messy data: stops count; no stretch spans a gap in the recording; impossible stretches are cut out, and unlikely
    efforts wait until you have decided.
    """),
    "curves": ("Curves", """The highest mean power, heart rate, and speed or pace over each duration.

    Definition: at 1 Hz, for each duration from 1 s to 5 h, the highest mean over that many consecutive seconds; over
    several activities, the highest of them.
    Messy data: holes of up to 10 s (up to a minute in a recording with long steps) are filled with a straight line. In
    longer ones a silent power meter means no power; heart rate and speed are not taken across them.
    """),
    "grade_curve": ("Your own grade curve", """How many times faster you run on the flat than on each slope for the same
    heart beats, from your own runs.

    Source: the idea of Robb, An Improved GAP Model, Strava Engineering 2017: pace at equal heart rate. The regression
    is ours.
    Definition: log(speed / heart rate) = level of the run + slope + error over windows of 60 s, by weighted least
    squares; the less your runs say about a slope, the more it is drawn towards the published curve. The band is the
    90 % interval: what the runs leave uncertain, and how far a measured slope may be wrong (0.3 points, ours).
    Messy data: only windows of one slope, one speed and one heart rate; heart rate is taken 20 s later. Refused until
    there is half an hour on slopes of 7.5 % or more, both up and down. From then on graded pace uses it automatically,
    unless you switch it off; it is computed again each time your time on slopes has grown by half.
    """),
    "thresholds": ("Your values and their suggestions", """Maximal and threshold heart rate, threshold power and pace,
    critical power and swim speed, and what the last 90 days suggest for them.

    Source: threshold power as 95 % of 20 minutes, Allen and Coggan, Training and Racing with a Power Meter; threshold
    heart rate after Friel 2009, A Quick Guide to Setting Zones; the two shares of heart rate from memory.
    Definition: threshold power, 95 % of the best 20 minutes; maximal heart rate, the highest held for 5 s; threshold
    heart rate, 98 % of the best 30 minutes, else 95 % of the best 20; threshold pace, critical speed less 2 %; critical
    power, swim speed and W′ as documented there.
    Messy data: a value is suggested only if it is at least 1 % above the current one, because weeks without an all-out
    effort do not show that it has fallen; nothing changes without asking you. Each value holds from its day until the
    next. From its day on, a value that you set takes precedence over the device's.
    """),
    "streaks": ("Streaks", """Days, or weeks, in a row with an activity.

    Definition: by local days; a week counts if it has at least one activity, and begins on the day set in Profile.
    Messy data: a streak is current as long as today, or this week, can still extend it.
    """),
    "segment_time": ("Times on a segment", """How long a segment took, and its rank among all times.

    Definition: elapsed time between the two gates, each crossing interpolated between two points of the track.
    Messy data: stops count; if you wait at the start, the time begins when you leave it. The ± beside a time is one
    standard deviation, from how far the track wandered.
    """),
    "grade": ("Length, gain and grade of segments and climbs", """How long, how high and how steep.

    Definition: length along the route; gain, the altitude at the end less that at the start; grade, gain divided by
    length. A climb's category is by length in m x grade in %: from 8,000 (4) to 80,000 (HC).
    Messy data: altitude as for ascent; for a segment with three passes or more, the median of their gains.
    """),
    "vam": ("VAM", """Metres climbed per hour.

    Source: Ferrari's velocità ascensionale media.
    Definition: gain of the climb divided by its elapsed time.
    Messy data: only on climbs; stops count.
    """),
    "watts_per_kg": ("W/kg", """Power relative to body weight.

    Definition: mean power divided by the weight on that day.
    Messy data: missing if there is no weight for that day.
    """),
    "route_time": ("Times on a route", """How often you followed a route, how long it took and how long you stood still.

    Definition: elapsed time from the route's first to its last 50 m mark.
    Messy data: stops count, and are shown beside it. A loop that was started elsewhere is measured from the route's
    start.
    """),
    "gear_cost": ("Cost of gear", """What it cost, in total and for each km or mile.

    Definition: the price you entered, divided by its whole distance.
    Messy data: the currency is the one in your profile, whatever you paid in; per distance only from 1 km on.
    """),
    "intervals": ("Intervals", """The hard stretches of a workout, and the rest after each.

    Source: the levels are separated as in Otsu 1979, IEEE Trans Syst Man Cybern 9:62; everything else is ours.
    Definition: power (on a ride that has it), else speed, cut into stretches of one level; hard stretches that are
    alike: three or more of one length, or two of three minutes or more.
    Messy data: efforts between traffic lights or hills vary in length, and are not intervals.
    """),
    "swolf": ("Strokes and SWOLF", """Strokes per pool length, and seconds plus strokes per length.

    Definition: SWOLF = seconds + strokes of a length.
    Messy data: strokes are the device's count; rests have none. Compare it only between pools of the same length.
    """),
    "sets": ("Repetitions and weight", """What the device, or you, noted for a set of strength training.

    Definition: the weight lifted is the sum of repetitions x weight.
    Messy data: as noted; nothing is guessed.
    """),
    "dynamics": ("Running and pedalling dynamics", """What sensors measure of the stride and of the pedal stroke.

    Definition: the mean of the points that have a value, and the range of the middle 80 % of them.
    Messy data: from devices only, shown as they are.
    """),
    "fitness": ("Fitness", """What the training of the last months has built up, as a daily load.

    Source: Banister 1975; Coggan's performance manager (chronic training load, CTL).
    Definition: each day moves it towards that day's load by 1 - e^(-1/42).
    Messy data: a day without an activity is a load of 0; so is an activity whose load is not known, and Trends says how
    many there are. The first 42 days are warming up. Days are the local days of the activities.
    """),
    "fatigue": ("Fatigue", """How much the training of the last days still weighs on you, as a daily load.

    Source: as for fitness (acute training load, ATL).
    Definition: each day moves it towards that day's load by 1 - e^(-1/7).
    Messy data: as for fitness.
    """),
    "form": ("Form", """How rested you are: below 0 while you train more than you are used to.

    Source: as for fitness (training stress balance, TSB).
    Definition: yesterday's fitness less yesterday's fatigue.
    Messy data: as for fitness.
    """),
    "monotony": ("Monotony", """How similar the days of a week were: high if there is no easy day.

    Source: Foster 1998, Med Sci Sports Exerc 30:1164.
    Definition: the mean of 7 daily loads divided by their sample standard deviation.
    Messy data: seven identical days have none. Context only: whether it predicts injuries or illness is disputed.
    """),
    "strain": ("Strain", """How much and how monotonous a week was.

    Source: Foster 1998, Med Sci Sports Exerc 30:1164.
    Definition: the load of 7 days times their monotony.
    Messy data: as for monotony.
    """),
    "acute_chronic": ("Acute : chronic load", """This week's load compared with that of the last four.

    Source: Gabbett 2016, Br J Sports Med 50:273; its evidence is disputed.
    Definition: the mean daily load of 7 days divided by that of 28, which include the 7.
    Messy data: none in the first 28 days. Context only.
    """),
    "polarisation": ("Polarisation index", """Whether training was mostly easy, and the rest more hard than moderate.

    Source: Treff and others 2019, Front Physiol 10:707; equal to its table 1.
    Definition: log10 of easy / moderate x hard x 100, of the shares of time; above 2.00 is polarised.
    Messy data: no moderate time at all counts as 1%, taken from hard. Without any hard time, or where the formula
    would give less than 0, it is 0. None if there is more hard than easy.
    """),
    "eddington": ("Eddington number", """The largest number E with at least E days of at least E km (or miles).

    Source: Arthur Eddington, for his own bicycle rides.
    Definition: from the totals of local days.
    Messy data: activities left out of totals do not count here either.
    """),
    "critical_power": ("Critical power and critical pace", """What can be held for long, and the reserve: W′ or D′.

    Source: Monod and Scherrer 1965, Ergonomics 8:329; efforts of 2 to 20 minutes, Hill 1993, Sports Med 16:237, from
    memory.
    Definition: work (or distance) = critical power (or speed) x time + reserve, by least squares through the best
    efforts of 2 to 20 minutes; with its standard error.
    Messy data: refused with fewer than three efforts, if their durations are too similar, or if they cannot all have
    been all-out (an error above 5%).
    """),
    "forecast": ("Forecasts", """Race times as a range that should hold four of five races.

    Source: Riegel 1981, American Scientist 69:285; VDOT, as documented there; critical speed, up to an hour.
    Definition: the geometric mean of the three methods over the all-out efforts of the last 120 days; without any, of
    Riegel and VDOT over the fastest of the other runs. An effort is all-out if it was 85% of its activity and you rated
    it 9 or 10, or its mean heart rate was at least 99% of threshold (97% over one hour, 93% over two, 88% over four):
    these shares are ours. The width of the range
    comes from how far past forecasts were off, drawn towards 4% while there are few.
    Messy data: efforts that are doubted or were rejected as records do not count. Each past all-out effort is compared
    with what would have been forecast before it, and the share inside the range is shown.
    """),
    "zones": ("Zones", """Ranges of heart rate, power or pace, from the athlete's values on that day.

    Source: for threshold heart rate and pace, Friel's zones for runners (2009, A Quick Guide to Setting Zones; the same
    in 220 Triathlon, Going Long: Training Zones); for threshold power, Coggan's seven; for maximal heart rate and the
    reserve (Karvonen), steps of 10% from 50%, as in Edwards 1993 and most calculators. Swimming: 120, 110, 100, 95 and
    90% of the pace at critical swim speed; coaches' tables differ, and none is a standard.
    Definition: zones 2, 3 … begin at 85, 90, 95 and 100% of threshold heart rate; at 55, 75, 90, 105, 120 and 150% of
    threshold power; at 77.5, 87.7, 94.3 and 101% of threshold speed.
    Messy data: a value equal to a boundary belongs to the zone above; holes of more than 10 s (of more than a minute in
    a recording with long steps) count in no zone; pace is graded, and smoothed over 9 s on a run and
    15 s in open water.
    """),
}  # fmt: skip
