#!/usr/bin/env bash
# A missing command is installed, after fetching the package lists when the first try fails; then never again.
source "$(dirname "${BASH_SOURCE[0]}")/sandbox"
rm bin/cmake
stand_in id <<<'echo 0'
stand_in apt-get <<EOF2
echo "\$*" >>$box/apt
case "\$*" in
  *update) touch $box/lists ;;
  *install*) [[ -e $box/lists ]] || exit 100; ln -s /usr/bin/cmake $box/bin/cmake ;;
esac
EOF2

run eng/setup
expect "$status" = 0
expect "$err" matches '*installing cmake*'
expect "$(grep -c 'install -y --no-install-recommends cmake$' apt)" = 2
expect "$(grep -c 'update$' apt)" = 1
expect -e build/native/liblatent_torch.so

run eng/setup
expect -z "$out$err"
expect "$(wc -l <apt)" = 3
