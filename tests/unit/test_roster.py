"""What dead workers had in hand is known to who comes after them, and to nobody twice."""

import errno
from pathlib import Path

import pytest

from cpm.errors import Unavailable
from cpm.worker import roster
from cpm.worker.hands import HANDS, Hands
from cpm.worker.roster import Roster


def test_a_hand_holds_one_job_for_as_long_as_it_is_done(tmp_path: Path):
    ours = Roster(tmp_path, 2)
    name, hands = ours.enter(1)
    with hands.one() as hand, hands.one() as other:
        hand.take(7)
        other.take(2**40)
        assert ours.left(1) == (name, [2**40, 7]) or ours.left(1) == (name, [7, 2**40])
    assert ours.left(1) == (name, [])
    assert ours.left(0) == ("", [])
    ours.close()
    assert list(tmp_path.iterdir()) == []


def test_the_next_worker_at_a_place_has_empty_hands_and_another_name(tmp_path: Path):
    ours = Roster(tmp_path, 1)
    first, hands = ours.enter(0)
    hands.one().__enter__().take(7)
    assert ours.left(0) == (first, [7])
    second, _ = ours.enter(0)
    assert first != second
    assert ours.left(0) == (second, [])
    ours.close()


def test_of_those_who_live_nothing_is_taken(tmp_path: Path):
    ours = _died_with(tmp_path, 7)
    with roster.orphaned(tmp_path) as found:
        assert found == []
    ours.close()


def test_what_was_left_is_found_until_it_is_written_down(tmp_path: Path):
    _died_with(tmp_path, 7).abandon()
    with pytest.raises(RuntimeError), roster.orphaned(tmp_path) as found:
        raise RuntimeError
    with roster.orphaned(tmp_path) as found:
        assert [jobs for _, jobs in found] == [[7]]
    with roster.orphaned(tmp_path) as found:
        assert found == []


def test_what_was_in_hand_as_the_machine_went_down_is_no_jobs_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _died_with(tmp_path, 7).abandon()
    monkeypatch.setattr(roster, "_boot", lambda: "another")
    with roster.orphaned(tmp_path) as found:
        assert found == []
    assert list(tmp_path.iterdir()) == []


def test_a_hand_that_is_not_watched_works_as_well():
    hands = Hands()
    for _ in range(HANDS + 1):
        with hands.one() as hand:
            hand.take(1)


class _Left(Roster):
    def abandon(self) -> None:
        """As if all had been killed: the system gives the lock back, and the file stays."""
        roster.os.close(self._file)


def _died_with(folder: Path, job: int) -> _Left:
    ours = _Left(folder, 1)
    _, hands = ours.enter(0)
    hands.one().__enter__().take(job)
    return ours


def test_who_clears_away_at_the_same_time_is_not_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Another parent has it before we open it."""
    monkeypatch.setattr(roster, "_of_this_host", lambda folder: [folder / "cleared.hands"])
    with roster.orphaned(tmp_path) as found:
        assert found == []


def test_a_host_whose_name_begins_like_ours_keeps_what_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """They share the folder over NFS, where a lock may be unknown to the other."""
    monkeypatch.setattr(roster, "_host", lambda: "app.example.org")
    _died_with(tmp_path, 7).abandon()
    monkeypatch.setattr(roster, "_host", lambda: "app")
    with roster.orphaned(tmp_path) as found:
        assert found == []
    monkeypatch.setattr(roster, "_host", lambda: "app.example.org")
    with roster.orphaned(tmp_path) as found:
        assert [jobs for _, jobs in found] == [[7]]


def test_a_full_disk_is_said_before_anybody_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A file with holes would end the first worker by SIGBUS."""

    def full(*_about: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(roster.os, "posix_fallocate", full)
    with pytest.raises(Unavailable, match="No space left"):
        Roster(tmp_path, 1)
