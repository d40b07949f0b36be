"""A draw that anyone can check: sealed before, drawn by a chance nobody holds, opened after.

No database and no web. `drawing` writes out the whole algorithm; `verify_draw.py` is a second program for
it.
"""
