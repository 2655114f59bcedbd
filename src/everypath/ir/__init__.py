"""The language in the middle: its grammar (`program`), types, building, walking, printing, checking and meaning."""
