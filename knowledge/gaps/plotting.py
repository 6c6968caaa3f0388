"""The figures as one picture: answers and gaps by week, and the answer rate. Makes a PNG and opens no window."""

from datetime import date
from io import BytesIO

from knowledge.gaps.figures import Figures

# Weeks shown, the latest ones; a year is what fits.
MOST_WEEKS = 52
# Told apart without colour too: one is hatched (palette of Okabe and Ito, jfly.uni-koeln.de/color).
ANSWERED, MISSED, RATE = "#0072B2", "#E69F00", "#222222"


def plot_figures(figures: Figures) -> bytes:
    """Return a PNG, 1200 by 600 pixels."""
    # The class itself and its canvas: pyplot keeps a state all threads share, and looks for a screen.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    weeks = figures.weeks[-MOST_WEEKS:]
    places = range(len(weeks))
    picture = Figure(figsize=(8, 4), dpi=150, layout="constrained")
    FigureCanvasAgg(picture)
    counts = picture.subplots()
    answered = [week.answered for week in weeks]
    counts.bar(places, answered, color=ANSWERED, label="answered")
    counts.bar(places, [week.gaps for week in weeks], bottom=answered, color=MISSED, hatch="//", label="not answered")
    counts.set_ylabel("questions a week")
    counts.yaxis.set_major_locator(MaxNLocator(integer=True))
    step = 1 + len(weeks) // 10
    counts.set_xticks(list(places)[::step], [_spell(week.name) for week in weeks][::step])
    counts.set_xlim(-0.6, max(len(weeks), 4) - 0.4)
    rates = counts.twinx()
    rates.plot(places, [week.rate or 0.0 for week in weeks], color=RATE, marker="o", label="answer rate")
    rates.set_ylim(0, 1.05)
    rates.yaxis.set_major_formatter(PercentFormatter(1.0))
    rates.set_ylabel("answer rate")
    picture.suptitle(f"Questions to the library up to {_spell(figures.day.isoformat())} {figures.day.year}")
    picture.legend(loc="outside lower center", ncols=3, frameon=False)
    out = BytesIO()
    picture.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


def _spell(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%b}"
