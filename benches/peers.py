#!/usr/bin/env python3
"""Times other solvers on the networks of `benches/networks.rs`. Nothing of duly runs here.

    cargo bench --bench networks -- export 1000 0 mostly > network.json
    python3 benches/peers.py network.json [more.json ...]

Each solver gets two problems of each network:

  plain      the bounds as differences of whole days (a working day counts as 7/5 of a day, rounded up; a month as 30), from one
             start date: is there a schedule? This is a simple temporal problem, what these solvers and libraries are made for.
  calendar   the bounds as they are written, on one start date, holidays and months included. CP-SAT only, by element tables.

duly decides the second for every start date. A solver whose Python package is absent is skipped, and that is said. Each run is
a process of its own and is ended after 60 seconds. Times are of the processor, building the model included, starting Python and
importing the package not.
"""

import datetime
import importlib.util
import json
import multiprocessing
import sys
import time

CAP = 60.0


def days(link):
    """A length in plain days."""
    count, unit = link["count"], link["unit"]
    return {"working days": -(-count * 7 // 5), "calendar days": count, "months": 30 * count}[unit]


def differences(network):
    """`(y, x, c)`: day(y) - day(x) <= c."""
    out = []
    for link in network["links"]:
        of, since, length = link["of"], link["from"], days(link)
        out.append((since, of, 0))
        out.append((of, since, length) if link["within"] else (since, of, -length))
    return out


def with_z3(network):
    import z3

    solver = z3.SolverFor("QF_IDL")
    points = [z3.Int(f"p{n}") for n in range(network["occurrences"])]
    start = time.process_time()
    for y, x, c in differences(network):
        solver.add(points[y] - points[x] <= c)
    found = solver.check()
    return time.process_time() - start, str(found)


def with_cvc5(network):
    import cvc5

    start = time.process_time()
    tm = cvc5.TermManager()
    solver = cvc5.Solver(tm)
    solver.setLogic("QF_IDL")
    points = [tm.mkConst(tm.getIntegerSort(), f"p{n}") for n in range(network["occurrences"])]
    for y, x, c in differences(network):
        difference = tm.mkTerm(cvc5.Kind.SUB, points[y], points[x])
        solver.assertFormula(tm.mkTerm(cvc5.Kind.LEQ, difference, tm.mkInteger(c)))
    found = solver.checkSat()
    return time.process_time() - start, "sat" if found.isSat() else "unsat" if found.isUnsat() else "unknown"


def cp_sat(model):
    from ortools.sat.python import cp_model

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.Solve(model)
    return {cp_model.OPTIMAL: "sat", cp_model.FEASIBLE: "sat", cp_model.INFEASIBLE: "unsat"}.get(status, "unknown")


def with_ortools(network):
    from ortools.sat.python import cp_model

    start = time.process_time()
    model = cp_model.CpModel()
    last = network["axis"] - 1
    points = [model.NewIntVar(0, last, f"p{n}") for n in range(network["occurrences"])]
    for y, x, c in differences(network):
        model.Add(points[y] - points[x] <= c)
    model.Add(points[0] == 0)
    found = cp_sat(model)
    return time.process_time() - start, found


def with_networkx(network):
    import networkx

    start = time.process_time()
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(network["occurrences"]))
    for y, x, c in differences(network):
        old = graph.get_edge_data(x, y)
        if old is None or c < old["weight"]:
            graph.add_edge(x, y, weight=c)
    cycle = networkx.negative_edge_cycle(graph)
    return time.process_time() - start, "unsat" if cycle else "sat"


def table(network, link):
    """By day of the axis, the last day of `within` so much after it; past the axis, one more than its last."""
    size, count, unit = network["axis"], link["count"], link["unit"]
    if unit == "calendar days":
        return [min(day + count, size) for day in range(size)]
    if unit == "working days":
        working = network["working"]
        before = [0]
        for is_working in network["is_working"]:
            before.append(before[-1] + is_working)
        ends = (before[day + 1] + count - 1 for day in range(size))
        return [working[end] if end < len(working) else size for end in ends]
    first = datetime.date.fromisoformat(network["first"])
    out = []
    for day in range(size):
        date = first + datetime.timedelta(day)
        year, month = divmod(date.year * 12 + date.month - 1 + count, 12)
        following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
        length = (following - datetime.date(year, month + 1, 1)).days
        there = datetime.date(year, month + 1, min(date.day, length))
        out.append(min((there - first).days, size))
    return out


def with_ortools_calendar(network):
    from ortools.sat.python import cp_model

    start = time.process_time()
    # The axis begins on the start date; two years are more than any story here needs.
    begin = network["start"]
    size = network["axis"] = min(network["axis"] - begin, 2 * 366)
    network["first"] = str(datetime.date.fromisoformat(network["first"]) + datetime.timedelta(begin))
    network["is_working"] = [int(c) for c in network["working"][begin : begin + size]]
    network["working"] = [day for day, is_working in enumerate(network["is_working"]) if is_working]
    tables, model = {}, cp_model.CpModel()
    points = [model.NewIntVar(0, size - 1, f"p{n}") for n in range(network["occurrences"])]
    model.Add(points[0] == 0)
    counted = {}
    for link in network["links"]:
        of, since, key = link["of"], link["from"], (link["count"], link["unit"])
        if key not in tables:
            tables[key] = table(network, link)
        if (since, key) not in counted:
            end = counted[since, key] = model.NewIntVar(0, size, "")
            model.AddElement(points[since], tables[key], end)
        end = counted[since, key]
        model.Add(points[since] <= points[of])
        model.Add(points[of] <= end) if link["within"] else model.Add(end <= points[of])
    found = cp_sat(model)
    return time.process_time() - start, found


PEERS = [
    ("z3", "z3", "plain", with_z3),
    ("cvc5", "cvc5", "plain", with_cvc5),
    ("or-tools CP-SAT", "ortools", "plain", with_ortools),
    ("networkx", "networkx", "plain", with_networkx),
    ("or-tools CP-SAT", "ortools", "calendar", with_ortools_calendar),
]


def run(ask, network, answer):
    answer.put(ask(network))


def timed(ask, network):
    answer = multiprocessing.Queue()
    process = multiprocessing.Process(target=run, args=(ask, network, answer))
    process.start()
    try:
        took, found = answer.get(timeout=CAP)
        return f"{took * 1e3:12.1f} ms  {found}"
    except Exception:
        return f"{'over':>9} {CAP:.0f} s"
    finally:
        process.terminate()
        process.join()


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            network = json.load(file)
        print(f"{path}: {len(network['links'])} rules, {network['occurrences']} occurrences")
        for name, package, kind, ask in PEERS:
            if importlib.util.find_spec(package) is None:
                print(f"  {name:16} {kind:9} skipped: no Python package `{package}`")
            else:
                print(f"  {name:16} {kind:9} {timed(ask, network)}", flush=True)


if __name__ == "__main__":
    main()
