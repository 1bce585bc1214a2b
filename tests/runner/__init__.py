# SPDX-License-Identifier: Apache-2.0
"""The program behind `scripts/test`: it runs the rings of tests side by side, and reports the result of each.

    rings.py      the table of rings: the commands of each, what it needs before it, how busy it keeps the machine
    jobs.py       one job, from its first command to its last, with its output in a file
    schedule.py   which job starts when
    report.py     what is printed
    __main__.py   the options

It uses nothing but Python's standard library, because it runs before anything is installed.
"""
