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
