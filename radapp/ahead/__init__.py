"""Retrievals answered on the event loop, ahead of Django's middleware: frames, a series' files, a series' metadata.

The same answers with the same headers as radapp.dicomweb gives, for what is held here and sent as it is stored; whatever
else a request wants falls through to Django untouched. Nothing is decided here twice: who may is accounts' registry and
archive's selectors, what an answer is to be is dicomweb.choices.
"""
