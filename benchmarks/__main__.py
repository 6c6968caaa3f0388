"""`python -m benchmarks`: the speed figures."""

from benchmarks.speed import main

main()
