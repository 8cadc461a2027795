"""AWS's own Runtime Interface Emulator, and what is asked of it and of lpack alike."""
