"""Open Badges 3.0: an award as a credential that anybody can verify without asking us.

`credentials` says what a badge states, `keys` and `signing` sign it as a VC-JWT, `status` publishes which ones are
revoked, `images` draws and bakes it, `reading` and `checking` read badges, ours and others', and judge them.
"""
