"""An agent put together from parts: ears, any OpenAI-compatible language model, and a mouth."""
