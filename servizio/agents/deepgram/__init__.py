"""The Deepgram Voice Agent: recognition, language model and speech behind one socket."""
