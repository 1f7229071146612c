"""Tests of the RunningHub UI; what several of them share is in the modules beside this one."""
