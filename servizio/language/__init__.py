"""From text to what the customer means, over any menu. No audio, no input or output."""
