"""Killed at random moments, nothing is lost or half there. A share of the 200 moments of `make kill-test`."""

from pathlib import Path

from tests.killing.acts import ACTS
from tests.killing.killing import Killing, points

# Half of the moments are any of the run, half of any act.
SEED, COUNT = 1, 6


def test_a_process_killed_at_a_random_moment_leaves_the_old_state_or_the_new_one(tmp_path: Path) -> None:
    killing = Killing(tmp_path)
    run = killing.measure()
    outcomes = [killing.kill(run, point) for point in points(run, COUNT, SEED)]
    wrong = [(ACTS[outcome.point.act].name, outcome.complaints) for outcome in outcomes if outcome.complaints]
    assert wrong == []
    assert any(outcome.mid_act for outcome in outcomes)
