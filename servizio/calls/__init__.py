"""One call from ring to hang-up: state, audio bridge, barge-in, transcript, limits."""
