"""What must survive: orders, the journal of events, calls, transcripts and the outbox."""
