"""Twilio and only Twilio: TwiML, media stream messages, signatures, REST, texts."""
