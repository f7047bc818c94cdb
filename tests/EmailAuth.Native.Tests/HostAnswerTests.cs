using System.Text;
using EmailAuth.Dns;
using EmailAuth.Native.Resolving;
using EmailAuth.Syntax;

namespace EmailAuth.Native.Tests;

/// <summary>Addresses in the answers of the caller's resolver and of its clients.</summary>
public unsafe class HostAnswerTests
{
    // The runtime reads 010 as 8, and takes anything behind a percent sign.
    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("010.0.0.1", false)]
    [InlineData("127.1", false)]
    [InlineData("0x7f.0.0.1", false)]
    [InlineData("2001:db8::1", true)]
    [InlineData("2001:DB8:0::1", true)]
    [InlineData("::ffff:192.0.2.1", true)]
    [InlineData("[2001:db8::1]", false)]
    [InlineData("::1%zzz", false)]
    [InlineData("1:2:3:4:5:6:7:8%x y", false)]
    [InlineData("fe80::1%", false)]
    [InlineData("::1%999999999999999", false)]
    [InlineData("", false)]
    public void An_address_has_one_form(string text, bool isAddress)
    {
        Assert.Equal(isAddress, Input.AddressOf(text) is not null);
        var type = text.Contains(':', StringComparison.Ordinal) ? DnsRecordType.Aaaa : DnsRecordType.A;
        var bytes = Encoding.ASCII.GetBytes(text + "\0");
        fixed (byte* data = bytes)
        {
            var record = new HostRecord { Data = data, Length = (nuint)text.Length };
            var answer = HostAnswer.Read(new DnsQuestion(DomainName.Parse("x.example").Value!, type), 0, &record, 1, 60, 0);
            Assert.Equal(isAddress ? DnsFailure.None : DnsFailure.Malformed, answer.Failure);
        }
    }
}
