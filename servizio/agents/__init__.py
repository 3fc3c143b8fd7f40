"""Who talks to the customer, behind one small protocol."""
