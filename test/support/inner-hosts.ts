/** Private hosts in many spellings: no address of a reference image may point at them. */

const names = `
localhost LOCALHOST localhost. a.localhost lo%63alhost ｌｏｃａｌｈｏｓｔ ⓛocalhost
printer.local db.internal metadata.google.internal nas.lan router.home.arpa wiki.intranet ad.corp x.private
abc.onion a.invalid a.test a.example router.home a.localdomain kubernetes.default.svc vault.service.consul
nas.localdomain4 nas.localdomain6 db.dns.podman db.docker
1.0.0.127.in-addr.arpa name.alt db.internal. intranet metadata db a..com localhost.. .com
`;

const v4 = `
127.0.0.1 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7F.0.0.1
017700000001 0177.0.0.1 0177.1 00000177.0.0.1 127.0.0.1. １２７.0.0.1 127。0。0。1 ①②⑦.0.0.1 127.0.0.%31
0 0.0.0.0 0x0 0.1.2.3 10.0.0.1 0xa.1 167772161 012.0.0.1 172.16.0.1 172.31.255.255
192.168.0.1 192.168.1 3232235521 169.254.169.254 0xa9fea9fe 2852039166 0251.0376.0251.0376
100.64.0.1 100.127.255.255 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
168.63.129.16 0xa83f8110 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 4294967295
`;

const v6 = `
[::] [::1] [0:0:0:0:0:0:0:1] [0000::0001] [fe80::1] [febf::1] [fec0::1] [fc00::1] [fd00::1] [fd12:3456:789a::1]
[fdaa:bbbb::] [ff02::1] [ff0e::1] [100::1] [2001:db8::1] [3fff::1] [5f00::1] [2001:2::1] [2001:10::1] [2001:20::1]
`;

/** An IPv4 address inside an IPv6 one: mapped, compatible, translated, NAT64, 6to4, Teredo. */
const embedded = `
[::ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:169.254.169.254] [::ffff:a9fe:a9fe] [::ffff:168.63.129.16]
[0:0:0:0:0:ffff:c0a8:1] [::127.0.0.1] [::7f00:1] [::8.8.8.8] [::ffff:0:127.0.0.1]
[64:ff9b::127.0.0.1] [64:ff9b::8.8.8.8] [64:ff9b:1::a00:1] [2002:7f00:1::] [2002:a00:1::1] [2001:0:7f00:1::] [2001::1]
`;

export const innerHosts = [names, v4, v6, embedded].flatMap((list) => list.trim().split(/\s+/));
