#!/bin/sh
# Installs the programs that the tests talk to (packages.txt). Debian or Ubuntu, as root. Says
# nothing when all goes well, and does nothing when all are there.
set -eu
cd "$(dirname "$0")"
packages=$(sed -n 's/^[^#][^ ]* *\([^ ]*\).*/\1/p' packages.txt)

missing() {
  # shellcheck disable=SC2086
  there=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null | sed -n 's/^installed //p')
  for package in $packages; do
    echo "$there" | grep -qx "$package" || echo "$package"
  done
}

[ -n "$(missing)" ] || exit 0
# trousers would start its daemon on the machine's own TPM when it is installed.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod +x /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
{
  apt-get update -q
  # shellcheck disable=SC2046
  apt-get install -q -y --no-install-recommends $(missing)
} >"$log" 2>&1 || cat "$log" >&2
rm -f "$log"
still=$(missing | tr '\n' ' ')
[ -z "$still" ] || { echo "Cannot install: $still" >&2; exit 1; }
