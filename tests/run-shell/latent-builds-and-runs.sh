#!/usr/bin/env bash
# The launcher builds when a source changed, then hands over arguments, folder, output and exit code untouched.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"
stand_in dotnet <<EOF2
case \$1 in
  --version) ;;
  build)
    echo "\$*" >>$box/builds
    if grep -q broken $box/src/Latent.Cli/Program.cs; then echo 'Program.cs(1,1): error CS1002: ; expected'; exit 1; fi
    mkdir -p $box/src/Latent.Cli/bin/Release/net10.0
    touch $box/src/Latent.Cli/bin/Release/net10.0/Latent.Cli.dll ;;
  *) printf '%s|' "\$PWD" "\$@"; exit 7 ;;
esac
EOF2
echo 'return 7;' >src/Latent.Cli/Program.cs
mkdir elsewhere
ln -s ../latent elsewhere/link

cd elsewhere || exit
for _ in first second; do
  run ./link 'a b' --json
  expect "$status" = 7
  expect "$out" = "$box/elsewhere|$box/src/Latent.Cli/bin/Release/net10.0/Latent.Cli.dll|a b|--json|"
done
expect -z "$err"
expect "$(wc -l <"$box/builds")" = 1

echo 'broken' >"$box/src/Latent.Cli/Program.cs"
run ./link
expect "$status" = 1
expect -z "$out"
expect "$err" matches '*error CS1002*'

echo 'return 8;' >"$box/src/Latent.Cli/Program.cs"
run ./link
expect "$status" = 7
expect "$(wc -l <"$box/builds")" = 3
