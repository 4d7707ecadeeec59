#!/usr/bin/env bash
# A place given for libtorch that holds none is an error that names it, never a silent step to the next place.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"

run env LIBTORCH=/nowhere eng/setup
expect "$status" = 1
expect "$err" matches '*LIBTORCH=/nowhere holds no libtorch*'

stand_in python3 <<<'exit 1'
run env LIBTORCH_USE_PYTORCH=1 eng/setup
expect "$status" = 1
expect "$err" matches '*LIBTORCH_USE_PYTORCH is set, but*has no PyTorch*'

stand_in dotnet <<<'exit 1'
run eng/setup
expect "$status" = 1
expect "$err" matches '*no .NET SDK fits global.json*'

rm bin/dotnet
run eng/setup
expect "$status" = 1
expect "$err" matches '*the .NET SDK is missing*'
