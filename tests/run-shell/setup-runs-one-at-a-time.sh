#!/usr/bin/env bash
# Of two set-ups started together one compiles; the other waits for it and finds nothing left to do.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"

run bash -c 'eng/setup & eng/setup && wait $!'
expect "$status" = 0
expect "$(grep -c compiling <<<"$err")" = 1
