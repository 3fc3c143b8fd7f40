"""OpenAI's Realtime API: one model hears, thinks and speaks behind one socket."""
