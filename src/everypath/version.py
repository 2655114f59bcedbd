"""The version of everypath, which the project's file reads too."""

VERSION = "0.1.0"
