# A network of its own for this process and those that enter it, in which this machine is 192.168.1.20 as well, and has the names "lab"
# and "nats.lab". To be run by `unshare --map-root-user --net --mount`. usage: lab.sh HOSTS, where HOSTS is a file in place of
# /etc/hosts; says "ready", and ends with its standard input
set -eu
ip link set lo up
ip link add name lan type veth peer name outlet
ip address add 192.168.1.20/24 brd + dev lan
ip link set lan up
ip link set outlet up
mount --bind "$1" /etc/hosts
echo ready
exec cat
