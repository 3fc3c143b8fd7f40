"""Doors of the telephone company. Source: Twilio, "TwiML Voice: webhooks" and "Messaging"."""

from __future__ import annotations

from typing import Final

from servizio.server.description.parts import (
    FORM,
    SID,
    TWIML,
    Body,
    Doors,
    Operation,
    Parameter,
    Reply,
    Tag,
    record,
    shows,
    text,
)

_CALL: Final = {
    "CallSid": SID,
    "AccountSid": text(),
    "From": text("E.164; something else where the number is withheld."),
    "To": text(),
    "CallStatus": text(),
}
_RING: Final = Body(
    record(_CALL, optional=("AccountSid", "From", "To", "CallStatus")),
    {"CallSid": "CA0123456789abcdef0123456789abcdef", "From": "+12025550143", "To": "+14155550100"},
    (FORM,),
)
_AFTER: Final = Body(
    record(
        _CALL | {"DialCallStatus": text(), "DialBridged": text()},
        optional=("AccountSid", "From", "To", "CallStatus", "DialCallStatus", "DialBridged"),
    ),
    None,
    (FORM,),
)
_CHOSEN: Final = Body(
    record(
        _CALL | {"Digits": text()},
        optional=("AccountSid", "From", "To", "CallStatus", "Digits"),
    ),
    None,
    (FORM,),
)
_RECORDED: Final = Body(
    record(
        {
            "CallSid": SID,
            "From": text(),
            "RecordingSid": text(),
            "RecordingDuration": text("Seconds."),
            "RecordingStatus": text(),
        },
        optional=("From", "RecordingSid", "RecordingDuration", "RecordingStatus"),
    ),
    None,
    (FORM,),
)
_TEXT: Final = Body(
    record(
        {"MessageSid": SID, "From": text(), "Body": text(), "OptOutType": text()},
        optional=("From", "Body", "OptOutType"),
    ),
    {"MessageSid": "SM0123456789abcdef0123456789abcdef", "From": "+12025550143", "Body": "STATUS"},
    (FORM,),
)
_DELIVERY: Final = Body(
    record(
        {"MessageSid": text(), "MessageStatus": text(), "ErrorCode": text()},
        optional=("MessageSid", "MessageStatus", "ErrorCode"),
    ),
    None,
    (FORM,),
    required=False,
)
_ANY_FORM: Final = Body({"type": "object"}, None, (FORM,), required=False)
_OF_CALL: Final = (Parameter("call", text(), "The customer's call."),)
_TOKEN: Final = (Parameter("token", text(), "Which of our calls it is."),)
_TAKEN: Final = Reply("Taken.")

TELEPHONE_DOORS: Final[Doors] = {
    ("POST", "/voice"): Operation(
        "voice", Tag.TELEPHONE, "A call comes in",
        {200: shows("TwiML: the media stream, and what to do when it cannot be opened.", TWIML)},
        parameters=(Parameter("typed", text(), "There: somebody types what the customer says, "
                              "and is given the time for it."),),
        body=_RING, errors=(400,),
    ),
    ("GET", "/voice"): Operation(
        "voiceByGet", Tag.TELEPHONE, "A call comes in, where the webhook is set to GET",
        {200: shows("TwiML.", TWIML)},
        parameters=(Parameter("CallSid", SID, "The call.", required=True),
                    Parameter("From", text(), "The customer's number.")),
        errors=(400,),
    ),
    ("POST", "/voice/after"): Operation(
        "afterStream", Tag.TELEPHONE, "The stream is over, or staff were rung: what now",
        {200: shows("TwiML.", TWIML)}, body=_AFTER, errors=(400,),
    ),
    ("POST", "/voice/status"): Operation(
        "voiceStatus", Tag.TELEPHONE, "The status of a call has changed",
        {204: _TAKEN}, body=_RING, errors=(400,),
    ),
    ("POST", "/voice/busy"): Operation(
        "busyChosen", Tag.TELEPHONE, "All lines were busy: the customer pressed a key, or none",
        {200: shows("TwiML.", TWIML)}, body=_CHOSEN, errors=(400,),
    ),
    ("POST", "/voice/message"): Operation(
        "messageLeft", Tag.TELEPHONE, "A customer has spoken after the tone",
        {200: shows("TwiML.", TWIML)}, body=_RECORDED, errors=(400,),
    ),
    ("POST", "/voice/message/kept"): Operation(
        "messageKept", Tag.TELEPHONE, "What was spoken after the tone can be fetched",
        {204: _TAKEN}, body=_RECORDED, errors=(400,),
    ),
    ("POST", "/voice/whisper"): Operation(
        "whisper", Tag.TELEPHONE, "The staff's telephone is answered: what the call is about",
        {200: shows("TwiML.", TWIML)}, parameters=_OF_CALL, body=_ANY_FORM,
    ),
    ("POST", "/voice/whisper/taken"): Operation(
        "whisperTaken", Tag.TELEPHONE, "Staff pressed a key: the call is theirs",
        {200: shows("TwiML.", TWIML)}, parameters=_OF_CALL, body=_ANY_FORM,
    ),
    ("POST", "/voice/callback"): Operation(
        "connectCustomer", Tag.TELEPHONE, "Staff are on the line: now the customer is rung",
        {200: shows("TwiML.", TWIML)},
        parameters=(Parameter("order", text(), "The order's number."),), body=_ANY_FORM,
    ),
    ("POST", "/voice/outbound"): Operation(
        "outboundAnswered", Tag.TELEPHONE, "Somebody took a call that we placed",
        {200: shows("TwiML: the media stream.", TWIML)}, parameters=_TOKEN, body=_ANY_FORM,
    ),
    ("POST", "/voice/outbound/after"): Operation(
        "outboundAfter", Tag.TELEPHONE, "The stream of such a call is over",
        {200: shows("TwiML.", TWIML)}, body=_ANY_FORM,
    ),
    ("POST", "/voice/outbound/machine"): Operation(
        "outboundMachine", Tag.TELEPHONE, "A person or a machine took it",
        {204: _TAKEN}, parameters=_TOKEN, body=_ANY_FORM,
    ),
    ("POST", "/voice/outbound/status"): Operation(
        "outboundStatus", Tag.TELEPHONE, "It rings, was answered, or is over",
        {204: _TAKEN}, parameters=_TOKEN, body=_ANY_FORM,
    ),
    ("POST", "/sms"): Operation(
        "textCame", Tag.TELEPHONE, "A customer writes",
        {200: shows("TwiML: the answer, or none.", TWIML)}, body=_TEXT, errors=(400,),
    ),
    ("POST", "/sms/status"): Operation(
        "textStatus", Tag.TELEPHONE, "What became of a text",
        {204: _TAKEN}, body=_DELIVERY,
    ),
    ("GET", "/twilio"): Operation(
        "mediaStream", Tag.TELEPHONE, "The sound of a call (WebSocket)",
        {101: Reply("Twilio's Media Streams protocol.")}, errors=(426,),
    ),
}  # fmt: skip
