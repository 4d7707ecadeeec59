#!/usr/bin/env bash
# A shim that does not compile, or in continuous integration warns, is shown with its errors and the log's path, at every run until it does.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"

export CI=true
echo 'int two(int unused) { return 2; }' >native/two.cpp
for _ in first second; do
  run eng/setup
  expect "$status" = 1
  expect "$err" matches "*two.cpp:1:*error: unused parameter*$box/build/native/build.log*"
done

rm native/two.cpp
run eng/setup
expect "$status" = 0
