#!/usr/bin/env bash
# The last line of ./test adds up; nothing but passed tests, at least one of them, is a success.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"
touch tests/Some.Tests/Some.Tests.csproj
stand_in dotnet <<EOF2
case \$1 in
  --version) ;;
  build) mkdir -p tests/Some.Tests/bin/Release/net10.0 && touch tests/Some.Tests/bin/Release/net10.0/Some.Tests.dll ;;
  vstest) echo "\$*" >$box/arguments; cat $box/report; exit \$(<$box/code) ;;
esac
EOF2
report() { cat >report; echo "$1" >code; run ./test "${@:2}"; }
last() { tail -n 1 <<<"$out"; }

report 0 <<'EOF2'
[xUnit.net 00:00:00.33]     Some.Tests.Parity [SKIP]
[xUnit.net 00:00:00.33]       no python3-torch
  Passed Some.Tests.Good [3 ms]
  Skipped Some.Tests.Parity [1 ms]

Test Run Successful.
Total tests: 13
     Passed: 12
    Skipped: 1
EOF2
expect "$status" = 0
expect "$out" = $'Skipped Some.Tests.Parity: no python3-torch\nTests: 12 passed, 0 failed, 1 skipped'

report 1 <<'EOF2'
  Failed Some.Tests.Bad [5 ms]
  Error Message:
   Expected: 1
Total tests: 3
     Passed: 2
     Failed: 1
EOF2
expect "$status" = 1
expect "$out" matches '*Failed Some.Tests.Bad*Expected: 1*'
expect "$(last)" = 'Tests: 2 passed, 1 failed, 0 skipped'

report 1 <<'EOF2'
The active test run was aborted. Reason: Test host process crashed
Total tests: Unknown
     Passed: 2
EOF2
expect "$status" = 1
expect "$(last)" = 'Tests: 2 passed, 1 failed, 0 skipped'

report 0 Nothing 'Category=Slow' <<<'No test matches'
expect "$status" = 1
expect "$(last)" = 'Tests: 0 passed, 0 failed, 0 skipped'
expect "$(<arguments)" matches '*--TestCaseFilter:(FullyQualifiedName~Nothing)|(Category=Slow) *'
