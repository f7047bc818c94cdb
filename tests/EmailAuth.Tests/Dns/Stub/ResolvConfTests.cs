using EmailAuth.Dns.Stub;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Dns.Stub;

public class ResolvConfTests
{
    public static TheoryData<string, string, string> Files => new()
    {
        { "", "", "an empty file" },
        { "nameserver 192.0.2.1", "192.0.2.1:53", "without a line end" },
        { "nameserver 192.0.2.1\r\nnameserver\t192.0.2.2  \n", "192.0.2.1:53 192.0.2.2:53", "CRLF, tabs, white space at the end" },
        { "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n", "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53", "three at most, as in the C library" },
        { "# nameserver 192.0.2.1\n; nameserver 192.0.2.2\nnameserver 192.0.2.3 # home\n", "192.0.2.3:53", "comments" },
        { "nameserver 2001:db8::53\n", "[2001:db8::53]:53", "IPv6" },
        { "nameserver fe80::1%7\n", "[fe80::1%7]:53", "IPv6 with a scope by number" },
        { "nameserver fe80::1%lo\n", "[fe80::1%1]:53", "IPv6 with a scope by name: loopback is the first interface" },
        { "nameserver 192.0.2.1%lo\nnameserver 192.0.2.2%2\n", "", "IPv4 has no scope" },
        { "nameserver fe80::1%nosuchinterface\n", "", "a scope that does not exist" },
        { " nameserver 192.0.2.1\n", "", "a keyword must start its line" },
        { "nameserver dns.example\nnameserver 1\nnameserver 127.1\nnameserver [::1]\nnameserver\n", "", "not addresses" },
        { "Nameserver 192.0.2.1\nname server 192.0.2.1\n", "", "another keyword" },
        { "search a.example b.example\ndomain c.example\nsortlist 130.155.160.0\noptions ndots:5\n", "", "what is not applied" },
        { "options timeout:3 attempts:4 rotate trust-ad edns0\n", "timeout=3 attempts=4 rotate trust-ad", "options" },
        { "options timeout:0 attempts:0\n", "timeout=1 attempts=1", "bounds" },
        { "options timeout:99 attempts:99\n", "timeout=30 attempts=5", "bounds" },
        { "options timeout: attempts:x rotate:no timeout:-1 timeout:99999999999\n", "rotate", "not numbers" },
        { " options rotate\n\toptions attempts:3\n", "", "a keyword must start its line" },
        { "options rotate # not trust-ad\n#options trust-ad\n", "rotate trust-ad", "what follows a value is a word like the others, as in the C library" },
        { "nameserver\t192.0.2.1\t\t# x\n \tnameserver 192.0.2.2\n\tnameserver 192.0.2.3\n", "192.0.2.1:53", "tabs between words and before them" },
        { "\nnameserver 192.0.2.1\n\nnameserver 192.0.2.2\n", "192.0.2.1:53 192.0.2.2:53", "empty lines" },
        { "nameserver 192.0.2.1 192.0.2.2\n", "192.0.2.1:53", "one server a line" },
        { "nameserver 192.0.2.1!\nnameserver!192.0.2.2\n!nameserver 192.0.2.3\n", "", "only white space is between words" },
        { "nameserver x\nnameserver 192.0.2.1\nnameserver y\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4", "192.0.2.1:53 192.0.2.2:53 192.0.2.3:53", "what is not an address does not count" },
        { "nameserver 192.0.2.1\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3", "192.0.2.1:53 192.0.2.1:53 192.0.2.2:53", "as they are written" },
        { "nameserver fe80::1%0\nnameserver fe80::1%4294967295\nnameserver fe80::1%4294967296\n", "[fe80::1]:53 [fe80::1%4294967295]:53", "the bounds of a scope" },
        { "nameserver fe80::1%99999999999999999999\nnameserver fe80::1%\nnameserver %1\nnameserver fe80::1%+1\nnameserver fe80::1%1%1\n", "", "not scopes" },
        { "nameserver ::ffff:192.0.2.1\nnameserver ::1\n", "[::ffff:192.0.2.1]:53 [::1]:53", "IPv6 in other forms" },
        { "nameserver 1.2.3\nnameserver 1.2.3.4.5\nnameserver 0x1.2.3.4\nnameserver [2001:db8::1]:53\nnameserver 256.1.1.1\n", "1.2.3.4:53", "three dots; .NET reads a hexadecimal octet" },
        { "options\noptions rotate\n", "rotate", "no options" },
        { "options rotate:\noptions trust-ad:1\noptions\ttrust-ad\n", "rotate trust-ad", "what follows a colon says nothing to these" },
        { "options :3 timeout attempts timeout:3:4 attempts:+2 attempts:2x timeout:0x3\n", "", "not numbers" },
        { "options timeout:1 attempts:1\n", "timeout=1 attempts=1", "the least" },
        { "options timeout:2 attempts:2\n", "timeout=2 attempts=2", "one more than the least" },
        { "options timeout:30 attempts:5\n", "timeout=30 attempts=5", "the most" },
        { "options timeout:31 attempts:6\n", "timeout=30 attempts=5", "one more than the most" },
        { "options timeout:29 attempts:4\n", "timeout=29 attempts=4", "one less than the most" },
        { "Options rotate\noptions Rotate TRUST-AD Timeout:3\noption rotate\n", "", "other words" },
        { "options timeout:1\noptions attempts:1 timeout:2\n", "timeout=2 attempts=1", "the last one counts" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_says(string text, string expected, string why)
    {
        var conf = ResolvConf.Parse(text);
        string[] said =
        [
            .. conf.Servers.Select(server => server.ToString()),
            .. conf.Timeout is { } timeout ? [$"timeout={timeout.TotalSeconds}"] : Array.Empty<string>(),
            .. conf.Attempts is { } attempts ? [$"attempts={attempts}"] : Array.Empty<string>(),
            .. conf.Rotate ? ["rotate"] : Array.Empty<string>(),
            .. conf.TrustAuthenticData ? ["trust-ad"] : Array.Empty<string>(),
        ];
        Assert.Equal((why, expected), (why, string.Join(' ', said)));
    }

    [Property]
    public bool Nothing_makes_it_throw(string? text) => ResolvConf.Parse("nameserver " + text + "\noptions " + text).Servers.Length <= 3;
}
