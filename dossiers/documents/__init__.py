"""What may come in as a file, how it is looked at, kept and handed out.

`examine` and what it uses (kinds, pdf, office, pictures, text) import nothing of Django or of us: they run in a
process of their own, without keys, with little memory and time (docs: examine.py).
"""
