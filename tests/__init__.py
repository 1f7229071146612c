"""Tests of the RunningHub UI; what several of them share stands in modules beside this one."""
