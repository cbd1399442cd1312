#!/usr/bin/env bash
# Installs the Debian 12 packages of packages.txt that are missing; with an argument such as `fuzz` also those
# of packages-fuzz.txt. With nothing missing it needs no rights and takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

lists=(packages.txt)
(($# == 0)) || lists+=("packages-$1.txt")
wanted=$(cat "${lists[@]}")
missing=()
while read -r package; do
  state=$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $state == installed ]] || missing+=("$package")
done <<<"$wanted"
((${#missing[@]})) || exit 0

echo "Installing ${#missing[@]} Debian packages: ${missing[*]}"
as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || {
    echo "Neither root nor sudo: please have these installed: apt-get install ${missing[*]}" >&2
    exit 3
  }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
