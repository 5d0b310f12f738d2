"""Files and archives on their way in, and back out: plan, import, photos, watched folder, undo, reading again."""
