#!/usr/bin/env bash
# The shim is compiled when its sources changed, and at no other time; a warm set-up says nothing.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"

run eng/setup
expect "$status" = 0
expect "$err" matches '*compiling the shim*'
expect -e build/native/liblatent_torch.so

run eng/setup
expect "$status" = 0
expect -z "$out$err"

touch native/one.cpp
run eng/setup
expect -z "$out$err"

echo 'int two() { return 2; }' >native/two.cpp
run eng/setup
expect "$err" matches '*compiling the shim*'

rm build/native/liblatent_torch.so
run eng/setup
expect -e build/native/liblatent_torch.so
