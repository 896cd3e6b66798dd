# Two machines of their own, as far as their networks go: runs a command in one network namespace, and a prober in another that is linked
# to it. To be run by `unshare --map-root-user --net`.
# usage: namespaces.sh SERVER-COMMAND PROBE-COMMAND; the prober has the addresses of the first one in $ADDRESSES, without its loopback
set -eu
ip link set lo up
unshare --net sleep 600 &
other=$!
trap 'kill $other 2>/dev/null' EXIT
own=$(readlink /proc/self/ns/net)
while [ "$(readlink /proc/$other/ns/net)" = "$own" ]; do :; done
ip link add name here type veth peer name there netns $other
ip address add 10.77.0.1/24 dev here
ip address add fd77::1/64 dev here nodad
ip link set here addrgenmode none
ip address add fe80::77/64 dev here nodad
ip link set here up
nsenter --target $other --net sh -eu -c '
  ip link set lo up
  ip address add 10.77.0.2/24 dev there
  ip address add fd77::2/64 dev there nodad
  ip link set there addrgenmode none
  ip address add fe80::78/64 dev there nodad
  ip link set there up'
export ADDRESSES='10.77.0.1 fd77::1 fe80::77%there'
export PROBE="nsenter --target $other --net $2"
sh -c "$1"
