"""What the numbers are that are of many activities, not of one: fitness, forecasts, zones. For the page of the metrics
and for docs/metrics.md, in the form of a metric's docstring."""

# name (the anchor) -> (label, text)
NUMBERS: dict[str, tuple[str, str]] = {
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

    Source: Treff and others 2019, Front Physiol 10:707.
    Definition: log10 of easy / moderate x hard x 100, of the shares of time; above 2.00 is polarised.
    Messy data: none unless easy is the most and hard more than moderate; no moderate time at all counts as 1%.
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
    Definition: the middle of the three methods over the all-out efforts of the last 120 days. The width of the range
    comes from how far past forecasts were off, drawn towards 4% while there are few.
    Messy data: efforts that are doubted or were rejected as records do not count. Each past all-out effort is held
    against what would have been forecast before it, and the share inside the range is shown.
    """),
    "zones": ("Zones", """Ranges of heart rate, power or pace, by the athlete's values of the day.

    Source: of threshold heart rate and pace, Friel's zones for runners; of threshold power, Coggan's seven; of maximal
    heart rate and of the reserve (Karvonen), steps of 10% from 50%, as usual; all from memory. Swimming: 120, 110,
    100, 95 and 90% of the pace at critical swim speed; coaches' tables differ, and none is a standard.
    Definition: zones 2, 3 … begin at 85, 90, 95 and 100% of threshold heart rate; at 55, 75, 90, 105, 120 and 150% of
    threshold power; at 77.5, 87.7, 94.3 and 101% of threshold speed.
    Messy data: a value equal to a boundary belongs to the zone above; holes of more than 10 s count in no zone; pace is
    graded, and smoothed over 9 s on a run and 15 s in open water.
    """),
}  # fmt: skip
