"""What people and programs see. The only place that prints; nothing here decides anything."""
