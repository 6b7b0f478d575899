"""Pure values and functions: what a spec asks for, what is live, and the plan between the two.

Nothing here does I/O and nothing here knows AWS beyond the names of calls. Only the standard library is imported
(deepdiff inside `diff`, and only when two nested values are unequal).
"""
