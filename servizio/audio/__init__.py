"""Sound: G.711, sample rates, frames and voice activity."""
