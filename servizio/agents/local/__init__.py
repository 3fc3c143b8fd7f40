"""The agent that needs no account, no network and no GPU: ears, mind and mouth."""
