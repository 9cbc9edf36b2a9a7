#!/usr/bin/env python3
"""A second oracle: another solver, which shares nothing with duly, on random small networks of limits.

    cargo build
    python3 tests/oracle/second.py target/debug/duly [networks]

Each network is a row of meetings, each so long after the one before, with limits across, written down as a protocol with a calendar
of its own. Of every start date that calendar has, OR-Tools CP-SAT is asked whether there is a schedule, with each length as a table
that is counted here; duly is asked once, by `duly check`, from how many start dates not all can be kept. The two numbers must be the
same. Where the Python package is absent nothing is asked, and that is said.
"""

import datetime
import importlib.util
import random
import re
import subprocess
import sys
import tempfile

FIRST = datetime.date(2024, 1, 1)
# Stories have two years after the last start date.
LAST_START = datetime.date(2026, 12, 30)
LAST = datetime.date(2028, 12, 31)
AXIS = (LAST - FIRST).days + 1
UNITS = ["working days", "calendar days", "weeks"]


def network(dice):
    """Holidays, and bounds `(of, from, count, unit, within)`; 0 is the start."""
    holidays = sorted({FIRST + datetime.timedelta(dice.randrange(AXIS)) for _ in range(dice.randrange(40))})
    size = dice.randrange(1, 4)
    bounds = []
    for of in range(1, size + 1):
        unit = dice.choice(UNITS)
        bounds.append((of, of - 1, dice.randrange(1, 4 if unit == "weeks" else 15), unit, False))
    whole = sum(n * {"weeks": 7, "calendar days": 1, "working days": 1.4}[u] for _, _, n, u, _ in bounds)
    unit = dice.choice(UNITS)
    length = whole / {"weeks": 7, "calendar days": 1, "working days": 1.4}[unit]
    bounds.append((size, 0, max(1, round(length) + dice.randrange(-1, 3)), unit, True))
    if size > 1 and dice.random() < 0.5:
        bounds.append((size, 1, dice.randrange(5, 40), "calendar days", True))
    return holidays, size, bounds


def text(holidays, size, bounds):
    lines = [
        'protocol rows "Rows"',
        '  authority "A council"',
        'calendar own "Own"',
        f"  edition {FIRST}",
        f"  known from {FIRST}",
        f"  published until {LAST}",
        f"  known until {LAST}",
        "  weekend saturday, sunday",
        *[f'  one-off {day} "a holiday"' for day in holidays],
        'role chair "the chair"',
        'status in-care "in care"',
        *[f'meeting m{n} "meeting {n}"' for n in range(1, size + 1)],
    ]
    for number, (of, since, count, unit, within) in enumerate(bounds):
        moment = f"m{since} is held" if since else "in-care begins"
        lines += [
            f"rule r{number}",
            "  when in-care begins",
            f"  the chair must hold m{of}",
            f"  {'within' if within else 'at least'} {count} {unit} after {moment}",
            f"  cites rows {number}",
        ]
    return "\n".join(lines) + "\n"


def table(working, count, unit):
    """Per day of the axis the day so long after it; past the end, the axis' length."""
    if unit != "working days":
        step = count * (7 if unit == "weeks" else 1)
        return [min(day + step, AXIS) for day in range(AXIS + 1)]
    out = []
    days = [day for day in range(AXIS) if working[day]]
    before = 0
    for day in range(AXIS + 1):
        while before < len(days) and days[before] <= day:
            before += 1
        at = before + count - 1
        out.append(days[at] if at < len(days) else AXIS)
    return out


def stuck(holidays, size, bounds):
    """How many start dates leave no schedule."""
    from ortools.sat.python import cp_model

    off = {(day - FIRST).days for day in holidays}
    working = [(FIRST + datetime.timedelta(day)).weekday() < 5 and day not in off for day in range(AXIS)]
    tables = [table(working, count, unit) for _, _, count, unit, _ in bounds]
    bad = 0
    for start in range((LAST_START - FIRST).days + 1):
        # Nothing lies later than a year after the start: shorter tables, same answers.
        end = min(start + 366, AXIS)
        model = cp_model.CpModel()
        points = [model.new_int_var(start, end, f"p{n}") for n in range(size + 1)]
        model.add(points[0] == start)
        for (of, since, _, _, within), values in zip(bounds, tables):
            reached = model.new_int_var(0, AXIS, "")
            index = model.new_int_var(0, end - start, "")
            model.add(index == points[since] - start)
            model.add_element(index, values[start : end + 1], reached)
            model.add(points[of] >= points[since])
            model.add(points[of] <= reached if within else points[of] >= reached)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        bad += solver.solve(model) == cp_model.INFEASIBLE
    return bad


def told(duly, protocol):
    """From how many start dates duly says that not all can be kept."""
    with tempfile.NamedTemporaryFile("w", suffix=".duly") as file:
        file.write(protocol)
        file.flush()
        run = subprocess.run([duly, "check", file.name, "--output", "plain"], capture_output=True, text=True)
    # No date twice: the clashes of one network may share dates, so of several none is compared.
    clashes = len(re.findall(r"^D0301", run.stdout, re.M))
    if run.returncode not in (0, 1) or clashes > 1:
        return None
    if not clashes:
        return 0
    if re.search(r"^Note: from every (one of the \d+ )?start date", run.stdout, re.M):
        return (LAST_START - FIRST).days + 1
    return int(re.search(r"^Note: from (\d+) of the \d+ start dates", run.stdout, re.M).group(1))


def main():
    if importlib.util.find_spec("ortools") is None:
        print("skipped: the Python package `ortools` is not installed")
        return 0
    duly, wanted = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10
    compared = some = 0
    for seed in range(wanted):
        made = network(random.Random(seed))
        ours = told(duly, text(*made))
        if ours is None:
            continue
        theirs = stuck(*made)
        if ours != theirs:
            print(f"seed {seed}: duly says {ours} start dates, CP-SAT {theirs}, of\n{text(*made)}")
            return 1
        compared += 1
        some += 0 < ours <= (LAST_START - FIRST).days
    print(f"{compared} networks compared, {some} of them stuck from some start dates only; no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
