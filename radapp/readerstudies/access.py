"""The registry's rules: all of them are in permissions.TABLE."""

from radapp.readerstudies.permissions import rules

RULES = rules()
