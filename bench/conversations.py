"""Whole calls by customers who answer what the agent says, graded by the database.

    python bench/conversations.py --typed [--calls 200] [--menu boba] [--show]
    python bench/conversations.py --scripts bench/customers/scripts/boba.toml [--typed]
    python bench/conversations.py --heard [--calls 24] [--voices awb,rms] [--scripts FILE]
    python bench/conversations.py [--calls 24] [--menu boba] [--voices awb,rms] [--at-once 2]

Without --typed the customers ring a server of a throw-away shop and speak, in the voices of
the speech programs that this machine has (flite, festival, espeak-ng; see `customers/voices.py`).
The same customers are then typed, without a telephone: what fails there is the conversation's
fault, what fails only in speech is the hearing's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from bench.calls import Shop, open_shop
from bench.customers.customer import Customer
from bench.customers.goals import Goal, draw_goal, draw_phone
from bench.customers.grading import CallRecord, Verdict, judge
from bench.customers.heard_calls import HeardShop
from bench.customers.personas import PERSONAS, Persona
from bench.customers.reading import Reading
from bench.customers.reciting import RecitingCustomer
from bench.customers.reports import print_failure, report, share
from bench.customers.scripted import Script, ScriptedCustomer, load_scripts
from bench.customers.spoken_calls import SpokenCall
from bench.customers.typed_calls import TypedShop, open_store
from bench.customers.voices import VOICES, Voice, installed_voices
from servizio.agents.local.recogniser import Recogniser
from servizio.shop.menu import Menu
from servizio.shop.menu_file import load_menu


@dataclass(frozen=True, slots=True)
class Plan:
    """One customer: everything that is drawn before the call."""

    name: str
    persona: Persona
    goal: Goal
    calls_from: str
    voice: Voice | None
    seed: str
    script: Script | None = None

    def customer(self, menu: Menu, reading: Reading) -> Customer | ScriptedCustomer:
        """A fresh customer with this plan; the same each time."""
        rng = Random(self.seed)
        if self.script is not None:
            kind = RecitingCustomer if self.script.says else ScriptedCustomer
            return kind(menu, reading, self.script, rng=rng, calls_from=self.calls_from)
        return Customer(
            menu, reading, self.goal, persona=self.persona, rng=rng, calls_from=self.calls_from
        )


def plans(
    menu: Menu, count: int, seed: int, voices: Sequence[Voice], personas: Sequence[Persona]
) -> list[Plan]:
    """So many customers, personas and voices in turn."""
    made = []
    for number in range(count):
        key = f"{seed}-{number}"
        rng = Random(f"plan {key}")
        calls_from = draw_phone(rng)
        goal = draw_goal(menu, rng, calls_from=calls_from)
        voice = voices[number % len(voices)] if voices else None
        # Every persona gets every voice in time, also where both lists are equally long.
        turn = number // len(voices) if voices and len(personas) % len(voices) == 0 else 0
        persona = personas[(number + turn) % len(personas)]
        made.append(Plan(key, persona, goal, calls_from, voice, key))
    return made


def scripted_plans(scripts: Sequence[Script], seed: int, voices: Sequence[Voice]) -> list[Plan]:
    """One customer for each script; each of the script's people keeps a voice."""
    people = list(dict.fromkeys(script.who for script in scripts))
    made = []
    for script in scripts:
        key = f"{seed}-{script.name}"
        voice = voices[people.index(script.who) % len(voices)] if voices else None
        calls_from = draw_phone(Random(f"plan {key}"))
        persona = Persona(script.who)
        made.append(Plan(script.name, persona, script.goal, calls_from, voice, key, script))
    return made


async def typed(menu: Menu, planned: Sequence[Plan]) -> list[Verdict]:
    """All of them without a telephone."""
    reading = Reading(menu)
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="servizio-typed-") as folder:
        async with open_store(Path(folder)) as store:
            shop = TypedShop(menu, store)
            for plan in planned:
                customer = plan.customer(menu, reading)
                turns, problem, orders = await shop.call(
                    plan.name, customer, Random(f"agent {plan.seed}"), plan.calls_from
                )
                record = CallRecord(
                    plan.name, plan.persona.name, "", plan.goal, orders, turns, problem
                )
                verdicts.append(judge(menu, reading, record))
    return verdicts


async def heard(menu: Menu, planned: Sequence[Plan], *, show: bool) -> list[Verdict]:
    """All of them by ear, but without a telephone and its time."""
    reading = Reading(menu)
    recogniser = Recogniser.load()
    verdicts = []
    with tempfile.TemporaryDirectory(prefix="servizio-heard-") as folder:
        async with open_store(Path(folder)) as store:
            shop = HeardShop(menu, store, recogniser)
            for plan in planned:
                assert plan.voice is not None
                shop.ring(plan.voice, Random(f"sound {plan.seed}"))
                turns, problem, orders = await shop.call(
                    plan.name,
                    plan.customer(menu, reading),
                    Random(f"agent {plan.seed}"),
                    plan.calls_from,
                )
                record = CallRecord(
                    plan.name, plan.persona.name, plan.voice.name, plan.goal, orders, turns, problem
                )
                verdicts.append(_told(menu, judge(menu, reading, record), show=show))
    return verdicts


def _told(menu: Menu, verdict: Verdict, *, show: bool) -> Verdict:
    """Print what came of a call as soon as it is known."""
    record = verdict.record
    state = "right" if verdict.right else "; ".join(verdict.faults)
    took = f", {record.seconds:.0f} s" if record.seconds else ""
    print(f"    {record.name} {record.persona}, {record.voice}{took}: {state}", flush=True)
    if show and not (verdict.right and not verdict.dangers):
        print_failure(menu, verdict)
    return verdict


async def spoken(
    menu: Menu, planned: Sequence[Plan], shop: Shop, *, at_once: int, show: bool
) -> list[Verdict]:
    """All of them over the wire, a few at once."""
    reading = Reading(menu)
    gate = asyncio.Semaphore(at_once)

    async def one(plan: Plan) -> Verdict:
        assert plan.voice is not None
        async with gate:
            customer = plan.customer(menu, reading)
            call = SpokenCall(shop, customer, plan.voice, Random(f"sound {plan.seed}"))
            if plan.script is not None:
                await call.rehearse(step.say for step in plan.script.steps)
            began = time.monotonic()
            turns, problem, orders = await call.hold(plan.calls_from)
            seconds = time.monotonic() - began
        record = CallRecord(
            plan.name,
            plan.persona.name,
            plan.voice.name,
            plan.goal,
            orders,
            turns,
            problem,
            seconds,
        )
        return _told(menu, judge(menu, reading, record), show=show)

    return list(await asyncio.gather(*map(one, planned)))


def main() -> None:
    """Draw the customers, let them call, print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=24)
    parser.add_argument("--menu", default="boba", help="name or file of a menu, default boba")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2, help="calls at the same time, default 2")
    parser.add_argument("--typed", action="store_true", help="without a telephone")
    parser.add_argument("--heard", action="store_true", help="spoken, but without a telephone")
    parser.add_argument("--voices", default="", help=f"of {', '.join(VOICES)}; default: all")
    parser.add_argument("--personas", default="", help="default: all")
    parser.add_argument("--scripts", default="", help="a file of calls written beforehand")
    parser.add_argument("--only", default="", help="names of calls, as they were printed")
    parser.add_argument("--show", action="store_true", help="what was said in failed calls")
    given = parser.parse_args()
    menu = load_menu(given.menu)
    wanted = set(filter(None, given.personas.split(",")))
    personas = [one for one in PERSONAS if not wanted or one.name in wanted]
    voices = [] if given.typed else installed_voices(given.voices)
    planned = plans(menu, given.calls, given.seed, voices, personas)
    if given.scripts:
        planned = scripted_plans(load_scripts(Path(given.scripts), menu), given.seed, voices)
    if given.only:
        planned = [plan for plan in planned if plan.name in given.only.split(",")]
    if given.typed:
        report(menu, asyncio.run(typed(menu, planned)), title="typed", show=given.show)
        return
    if given.heard:
        report(menu, asyncio.run(heard(menu, planned, show=given.show)), title="heard", show=False)
        return
    os.environ["SERVIZIO_SHOP__MENU"] = given.menu
    with open_shop() as shop:
        verdicts = asyncio.run(spoken(menu, planned, shop, at_once=given.at_once, show=given.show))
    report(menu, verdicts, title="spoken", show=False)
    baseline = asyncio.run(typed(menu, planned))
    report(menu, baseline, title="the same customers typed", show=False)
    if share(baseline):
        print(f"spoken / typed: {share(verdicts) / share(baseline):.2f}")


if __name__ == "__main__":
    main()
