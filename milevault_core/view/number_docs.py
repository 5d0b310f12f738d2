"""What the numbers are that are of many activities, not of one: fitness, forecasts, zones. For the page of the metrics
and for docs/metrics.md, in the form of a metric's docstring."""

# name (the anchor) -> (label, text)
NUMBERS: dict[str, tuple[str, str]] = {
    "health_normal": ("Health and your normal", """What devices measured of the body, beside what is usual for you.

    Source: the devices' own values; the band is ours.
    Definition: normal is the median of the 28 days before; its band reaches 1.5 robust standard deviations (1.4826
    times the median absolute deviation) to each side.
    Messy data: missing days stay missing; without 10 of the 28 days there is no normal. Of several sources one counts,
    and Health says which; they are never added or averaged.
    """),
    "night": ("A night", """How long one slept, its stages, and what was measured meanwhile.

    Source: the devices.
    Definition: a night belongs to the day on which you wake up; the shares are of the time from falling asleep to
    getting up.
    Messy data: stages told by a wrist are estimates.
    """),
    "regularity": ("Sleep regularity", """How often you are in the same state, asleep or awake, 24 hours apart.

    Source: the Sleep Regularity Index of Phillips and others 2017, Sci Rep 7:3216.
    Definition: 200 x the share of minutes in the same state as 24 hours later, less 100: 100 is the same every day, 0
    is chance. The usual times are medians.
    Messy data: days without a night are left out.
    """),
    "body": ("Weight and body", """Weight, composition and blood pressure, as scales and cuffs said or as you entered.

    Definition: the weight shown is its 7-day mean; everything else the latest value.
    Messy data: the change is against four weeks before, and is left out where nothing was weighed then.
    """),
    "activity_count": ("Activities", """How many workouts.

    Definition: a workout counts once, however many files it came in.
    Messy data: an activity whose date cannot be right, or that its owner leaves out of totals, counts in no total.
    """),
    "best_effort": ("Records and best efforts", """The fastest time over a distance, the highest power, heart rate or
    speed over a time, and the most of something in a day, week, month or year.

    Definition: of a distance, the least elapsed time of any stretch of exactly that length, its ends interpolated
    between points; of a time, the highest mean of as many seconds in a row.
    Messy data: stops count; no stretch reaches across a gap in the recording; what is impossible is cut out, and what
    is unlikely waits until you have decided.
    """),
    "curves": ("Curves", """The highest mean power, heart rate, and speed or pace over each duration.

    Definition: at 1 Hz, for each duration from 1 s to 5 h the highest mean of as many seconds in a row; of several
    activities the highest of them.
    Messy data: holes of up to 10 s (in a recording whose steps are long, up to a minute) are a straight line. In longer
    ones a power meter that is silent means no power; no heart rate or speed is taken across them.
    """),
    "grade_curve": ("Your own grade curve", """How many times faster the same heart beats are on the flat, by slope,
    from your own runs.

    Source: the idea of Robb, An Improved GAP Model, Strava Engineering 2017: pace at equal heart rate. The regression
    is ours.
    Definition: log(speed / heart rate) = level of the run + slope + error over windows of 60 s, by weighted least
    squares; the slopes are drawn towards the published curve as far as the runs say little of them. The band is the
    90 % interval: what the runs leave open, and how far a slope may be measured wrong (0.3 points, ours).
    Messy data: only windows of one slope, one speed and one heart rate; heart rate is taken 20 s later. Refused until
    there is half an hour on slopes of 7.5 % or more, up and down alike. From then on graded pace uses it by itself,
    unless you switch it off; it is made anew each time that your time on slopes has grown by half.
    """),
    "thresholds": ("Your values and their suggestions", """Maximal and threshold heart rate, threshold power and pace,
    critical power and swim speed, and what the last 90 days say of them.

    Source: threshold power as 95 % of 20 minutes, Allen and Coggan, Training and Racing with a Power Meter; threshold
    heart rate after Friel 2009, A Quick Guide to Setting Zones; the two shares of heart rate from memory.
    Definition: threshold power, 95 % of the best 20 minutes; maximal heart rate, the highest held for 5 s; threshold
    heart rate, 98 % of the best 30 minutes, else 95 % of the best 20; threshold pace, critical speed less 2 %; critical
    power, swim speed and W′ as documented there.
    Messy data: a value is suggested only where it is at least 1 % above what holds today, for weeks without an all-out
    effort say nothing of a lower one; nothing is taken without asking. Each value holds from its day until the next.
    What you set wins over what a device says, from its day on.
    """),
    "streaks": ("Streaks", """Days, or weeks, in a row with an activity.

    Definition: over local days; of weeks, those with at least one activity.
    Messy data: a streak is current while today, or this week, may still join it.
    """),
    "segment_time": ("Times on a segment", """How long a stretch of road or path took, and its rank among all times.

    Definition: elapsed time between the two gates, each crossing interpolated between two points of the track.
    Messy data: stops count; who waits at the start begins when leaving it. ± beside a time is one standard deviation,
    from how far the track wandered.
    """),
    "grade": ("Length, gain and grade of segments and climbs", """How long, how high and how steep.

    Definition: length along the way; gain, the altitude at the end less that at the start; grade, gain through length.
    A climb's category is by length in m x grade in %: from 8,000 (4) to 80,000 (HC).
    Messy data: altitude as for ascent; of a segment with four efforts or more, the middle of its efforts.
    """),
    "vam": ("VAM", """Metres climbed an hour.

    Source: Ferrari's velocità ascensionale media.
    Definition: gain of the climb through its elapsed time.
    Messy data: only on climbs; stops count.
    """),
    "watts_per_kg": ("W/kg", """Power by body weight.

    Definition: mean power through the weight of that day.
    Messy data: without a weight for that day there is none.
    """),
    "route_time": ("Times on a route", """How often a route was followed, how long it took, and how long
    of that one stood.

    Definition: elapsed time from the route's first to its last 50 m mark.
    Messy data: stops count, and are shown beside it. A loop that was started elsewhere is measured from the route's
    start.
    """),
    "gear_cost": ("Cost of gear", """What it cost, and what that is for each km or mile.

    Definition: the price you entered, through all of its distance.
    Messy data: the currency is that of your profile, whatever you paid in; per distance only from 1 km on.
    """),
    "intervals": ("Intervals", """Hard stretches of a workout and the rest after each.

    Source: the levels are told apart by Otsu 1979, IEEE Trans Syst Man Cybern 9:62; the rest is ours.
    Definition: power (on a ride that has it), else speed, cut into stretches of one level; hard ones that are alike,
    three or more of one length, or two of three minutes or more.
    Messy data: traffic lights and hills vary in length, and are no intervals.
    """),
    "swolf": ("Strokes and SWOLF", """Strokes of a pool length, and its seconds and strokes together.

    Definition: SWOLF = seconds + strokes of a length.
    Messy data: strokes are the device's count; rests have none. Only to be compared in pools of one length.
    """),
    "sets": ("Repetitions and weight", """What the device, or you, noted of a set of strength training.

    Definition: lifted is repetitions x weight, added up.
    Messy data: as noted; nothing is guessed.
    """),
    "dynamics": ("Running and pedalling dynamics", """What sensors tell of the stride and of the pedal stroke.

    Definition: the mean of the points that have one, and the range of the middle 80 % of them.
    Messy data: from devices only; we show what they say.
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
    "monotony": ("Monotony", """How alike the days of a week were: high where there is no easy day.

    Source: Foster 1998, Med Sci Sports Exerc 30:1164.
    Definition: the mean of 7 daily loads divided by their sample standard deviation.
    Messy data: seven days that are all alike have none. Context only: that it predicts injuries or illness is disputed.
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
    Messy data: no moderate time at all counts as 1%, taken from hard. Without any hard time, and where the formula
    would be below 0, it is 0. None where there is more hard than easy.
    """),
    "eddington": ("Eddington number", """The largest number E with at least E days of at least E km (or miles).

    Source: Arthur Eddington, of his own bicycle rides.
    Definition: over the sums of local days.
    Messy data: activities that count in no total do not count here either.
    """),
    "critical_power": ("Critical power and critical pace", """What can be held for long, and the reserve: W′ or D′.

    Source: Monod and Scherrer 1965, Ergonomics 8:329; efforts of 2 to 20 minutes, Hill 1993, Sports Med 16:237, from
    memory.
    Definition: work (or distance) = critical power (or speed) x time + reserve, by least squares through the best
    efforts of 2 to 20 minutes; with its standard error.
    Messy data: refused with fewer than three efforts, where they are too close in time, and where they cannot all have
    been all-out (an error above 5%).
    """),
    "forecast": ("Forecasts", """Race times as a range that should hold four of five races.

    Source: Riegel 1981, American Scientist 69:285; VDOT, as documented there; critical speed, up to an hour.
    Definition: the middle of the three methods over the all-out efforts of the last 120 days; without any, of Riegel
    and VDOT over the fastest of the other runs. An effort is all-out if it was 85% of its activity and you rated it 9
    or 10, or its mean heart rate was at least 99% of threshold (97% over one hour, 93% over two, 88% over four):
    these shares are ours. The width of the range
    comes from how far past forecasts were off, drawn towards 4% while there are few.
    Messy data: efforts that are doubted or were rejected as records do not count. Each past all-out effort is held
    against what would have been forecast before it, and the share inside the range is shown.
    """),
    "zones": ("Zones", """Ranges of heart rate, power or pace, by the athlete's values of the day.

    Source: of threshold heart rate and pace, Friel's zones for runners (2009, A Quick Guide to Setting Zones; the same
    in 220 Triathlon, Going Long: Training Zones); of threshold power, Coggan's seven; of maximal heart rate and of the
    reserve (Karvonen), steps of 10% from 50%, as Edwards 1993 and most calculators. Swimming: 120, 110, 100, 95 and
    90% of the pace at critical swim speed; coaches' tables differ, and none is a standard.
    Definition: zones 2, 3 … begin at 85, 90, 95 and 100% of threshold heart rate; at 55, 75, 90, 105, 120 and 150% of
    threshold power; at 77.5, 87.7, 94.3 and 101% of threshold speed.
    Messy data: a value equal to a boundary belongs to the zone above; holes of more than 10 s (in a recording
    whose steps are long, of more than a minute) count in no zone; pace is graded, and smoothed over 9 s on a run and
    15 s in open water.
    """),
}  # fmt: skip
