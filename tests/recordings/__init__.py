"""Recordings: files of every state of repair, read and compared with what was put into them."""
