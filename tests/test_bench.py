"""The frame of the measurements: interleaved, warmed up, told in ratios."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bench import __main__ as command
from bench import frame
from bench.frame import Figure, measure

FIGURE = Figure(
    name="start",
    task="from the command to the window",
    unit="ms",
    ours=120,
    limit=100,
    limit_is="a bare window",
    peer=2000,
    peer_is="everything imported",
    goal=1.3,
)


def test_ways_are_taken_in_turn_and_the_first_round_is_not_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = iter([900.0, 900.0, 1.0, 10.0, 3.0, 30.0, 2.0, 20.0])
    order: list[str] = []

    def in_fresh_process(_module: str, way: str, _environment: Mapping[str, str]) -> float:
        order.append(way)
        return next(taken)

    monkeypatch.setattr(frame, "_in_fresh_process", in_fresh_process)
    assert measure("bench.start", {"ours": float, "limit": float}, rounds=3) == {
        "ours": 2.0,
        "limit": 20.0,
    }
    assert order == ["ours", "limit"] * 4


def test_a_way_that_fails_stops_the_measurement() -> None:
    with pytest.raises(SystemExit, match=r"bench\.start no-such-way ended with 1"):
        measure("bench.start", {"no-such-way": float}, rounds=1)


@pytest.mark.parametrize(("ours", "verdict"), [(130, "reached"), (131, "NOT REACHED")])
def test_the_goal_is_part_of_what_is_told(ours: float, verdict: str) -> None:
    figure = replace(FIGURE, ours=ours)
    told = command._as_text(figure)
    assert f"goal 1.3 x, {verdict}\n" in told
    assert json.loads(command._as_json(figure))["reached"] is (verdict == "reached")


def test_json_holds_task_times_and_ratios() -> None:
    told = json.loads(command._as_json(FIGURE))
    assert told["task"] == FIGURE.task
    assert (told["ours"], told["limit"], told["peer"]) == (120, 100, 2000)
    assert (told["ratio"], told["peer_ratio"]) == (1.2, 20)


def test_an_unknown_figure_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        command.main(["speed"])
    assert leaving.value.code == 2
    assert "no such figure: speed" in capsys.readouterr().err
