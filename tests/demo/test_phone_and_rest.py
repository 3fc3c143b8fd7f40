"""A simulated call steered through the stand-in for Twilio's REST API, with our own client."""

from __future__ import annotations

import ast
from pathlib import Path

import servizio.demo
from servizio.demo.phone import CallEnd, Phone
from servizio.telephony import twiml
from servizio.telephony.rest import CallCommand, TwilioRest
from tests.demo.bridge import Bridge, serving
from tests.standins.twilio_api import SHOP_NUMBER, TwilioApi

CUSTOMER, STAFF = "+14155550100", "+14155550123"


def client(api: TwilioApi) -> TwilioRest:
    return TwilioRest(account_sid=api.account_sid, auth_token=api.auth_token, api_url=api.url)


async def test_a_live_call_is_handed_to_staff_and_a_second_hang_up_finds_it_over() -> None:
    async with TwilioApi() as api, client(api) as rest, serving(Bridge()) as bridge:
        async with Phone(bridge.url, CUSTOMER, SHOP_NUMBER).call() as line:
            api.add_call(line, line.call_sid)
            document = twiml.dial_staff(
                STAFF, action_url=f"{bridge.url}/done", announcement="Hold."
            )
            assert await rest.update_call(line.call_sid, twiml=document)
            await line.wait_ended(5)
        assert line.said == ["Hold."]
        assert line.dialled == [STAFF]
        assert await rest.update_call(line.call_sid, status=CallCommand.COMPLETED)
        assert not await rest.update_call(line.call_sid, status=CallCommand.COMPLETED)


async def test_a_live_call_is_hung_up() -> None:
    async with (
        TwilioApi() as api,
        client(api) as rest,
        serving(Bridge()) as bridge,
        Phone(bridge.url, CUSTOMER, SHOP_NUMBER).call() as line,
    ):
        api.add_call(line, line.call_sid)
        assert await rest.update_call(line.call_sid, status=CallCommand.COMPLETED)
        await line.wait_ended(5)
    assert line.end_reason == CallEnd.COMPLETED_BY_REQUEST


def test_the_telephone_shares_no_code_with_the_side_it_tries_out() -> None:
    rooms = {"servizio.telephony", "servizio.calls", "servizio.server", "servizio.agents"}
    folder = Path(servizio.demo.__file__).parent
    modules = sorted(folder.glob("phone*.py"))
    assert modules
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            assert not [name for name in names if ".".join(name.split(".")[:2]) in rooms]
