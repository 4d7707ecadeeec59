#!/usr/bin/env bash
# Who may not install is told the exact command; who may but has no network is told so too.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"
rm bin/cmake
stand_in apt-get <<<'echo "Could not resolve the archive" >&2; exit 100'
stand_in sudo <<<'echo "sudo: a password is required" >&2; exit 1'

stand_in id <<<'echo 1000'
run eng/setup
expect "$status" = 1
expect "$err" matches '*sudo apt-get update && sudo apt-get install -y --no-install-recommends cmake'
expect ! -e build/native

stand_in id <<<'echo 0'
run eng/setup
expect "$status" = 1
expect "$err" matches '*Could not resolve the archive*could not install cmake*'

rm bin/apt-get
run eng/setup
expect "$status" = 1
expect "$err" matches "*missing: cmake*system's counterparts*"
