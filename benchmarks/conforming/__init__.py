"""What Lambda was recorded to do, as things that can be run."""
