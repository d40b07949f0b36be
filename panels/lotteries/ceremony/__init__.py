"""A draw that anyone can check: sealed before, drawn by a chance nobody holds, opened after.

No database and no web: what to keep, and who may do what, is up to the caller. The order of things:

1. Every row of the register gets a `register.new_salt` and is sealed; all together are a `FrozenRegister`.
2. For a draw between panels, `SealedPanels` seals them under a fresh `lots.commitments.new_secret`, and
   `publishable_totals` says which numbers can be shown. A `Manifest` is made and published.
3. When a source has come, `settle` gives the chance. `draw_places` or `draw_panel` draws, and
   `published_places` or `published_panel` makes the file that goes online, next to the manifest and
   `verify_draw.py`.
4. `letter_of` makes the file for one person, at any time until the salts are destroyed.

One manifest is drawn once: the caller holds to that. `drawing` writes out the whole algorithm;
`verify_draw.py` is a second program for it, written apart.
"""
