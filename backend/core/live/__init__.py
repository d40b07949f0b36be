"""Pages that stay up to date while they are open.

What changed is read, not pushed: each web process looks twice a second at the versions of what its open
pages show, makes what they miss once for all of them, and sends it. No message can get lost, because none is
needed: a page says which version it has, and gets what came after it.
"""
