using System.Net;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dns;

/// <summary>Every member of an answer, a question and the options.</summary>
public class DnsResponseTests
{
    private static readonly DomainName A = DomainName.Parse("a.example").Value!;
    private static readonly DomainName B = DomainName.Parse("b.example").Value!;

    [Fact]
    public void Each_answer_says_what_it_holds_and_nothing_else()
    {
        var life = TimeSpan.FromSeconds(7);
        var host = new MailHost(1, A);
        foreach (var (made, expected) in new (Func<TimeSpan?, bool, System.Collections.Immutable.ImmutableArray<DomainName>, DnsResponse>, string)[]
        {
            ((t, d, a) => DnsResponse.OfTexts(["x", "y"], t, d, a), "Records 2 x|y"),
            ((t, d, a) => DnsResponse.OfAddresses([IPAddress.Loopback], t, d, a), "Records 1 127.0.0.1"),
            ((t, d, a) => DnsResponse.OfMailHosts([host], t, d, a), "Records 1 1 a.example"),
            ((t, d, a) => DnsResponse.OfNames([A, B], t, d, a), "Records 2 a.example|b.example"),
            ((t, d, a) => DnsResponse.OfTexts([], t, d, a), "NoData 0 void"),
            ((t, d, a) => DnsResponse.OfAddresses(default, t, d, a), "NoData 0 void"),
            ((t, d, a) => DnsResponse.OfMailHosts([], t, d, a), "NoData 0 void"),
            ((t, d, a) => DnsResponse.OfNames([], t, d, a), "NoData 0 void"),
            (DnsResponse.NoData, "NoData 0 void"),
            (DnsResponse.NameError, "NameError 0 void"),
        })
        {
            Assert.Equal(expected, Summary(made(null, false, default)));
            Assert.Equal(expected + " for 7", Summary(made(life, false, [])));
            Assert.Equal(expected + " authentic", Summary(made(null, true, [])));
            Assert.Equal(expected + " for 7 authentic by a.example|b.example", Summary(made(life, true, [A, B])));
            Assert.Equal(expected + " for 7 authentic by b.example", Summary(made(life, true, [A]).WithAliases([B])));
            Assert.Equal(expected, Summary(made(null, false, [A]).WithAliases(default)));
        }

        foreach (var failure in Enum.GetValues<DnsFailure>().Where(static failure => failure != DnsFailure.None))
        {
            Assert.Equal($"Failure 0 {failure}: detail", Summary(DnsResponse.Failed(failure, "detail")));
            Assert.Equal($"Failure 0 {failure}: ", Summary(DnsResponse.Failed(failure)));
            Assert.Equal($"Failure 0 {failure}: detail by a.example", Summary(DnsResponse.Failed(failure, "detail").WithAliases([A])));
            Assert.Equal(failure == DnsFailure.ResolverFault ? "the resolver failed" : "detail", DnsResponse.Failed(failure, "detail").Reason);
            foreach (var none in new[] { null, "", " ", "\t\n" })
            {
                Assert.Equal(DnsResponse.Failed(failure).Reason, DnsResponse.Failed(failure, none).Reason);
            }
        }

        Assert.Equal("failure", Assert.Throws<ArgumentOutOfRangeException>(() => DnsResponse.Failed(DnsFailure.None)).ParamName);
    }

    [Fact]
    public void A_question_is_its_name_or_address_and_its_type()
    {
        var address = IPAddress.Parse("192.0.2.1");
        foreach (var type in Enum.GetValues<DnsRecordType>())
        {
            var question = new DnsQuestion(A, type);
            Assert.Equal((A, type, null, $"{type.ToString().ToUpperInvariant()} of a.example"), (question.Name, question.Type, question.Address, question.ToString()));
        }

        foreach (var written in new[] { address, IPAddress.Parse("::ffff:192.0.2.1") })
        {
            var pointers = DnsQuestion.Pointers(written);
            Assert.Equal((DnsRecordType.Ptr, address, "1.2.0.192.in-addr.arpa", "PTR of 192.0.2.1"), (pointers.Type, pointers.Address, pointers.Name.ToString(), pointers.ToString()));
            Assert.Equal(DnsQuestion.Pointers(address), pointers);
        }

        Assert.Equal("PTR of 2001:db8::1", DnsQuestion.Pointers(IPAddress.Parse("2001:db8::1")).ToString());
        Assert.Equal("The default value is not a question.", Assert.Throws<InvalidOperationException>(static () => default(DnsQuestion).Name).Message);
        for (var type = 0; type < 300; type++)
        {
            var number = (DnsRecordType)type;
            if (type is 1 or 12 or 15 or 16 or 28)
            {
                Assert.Equal(number, new DnsQuestion(A, number).Type);
            }
            else
            {
                var thrown = Assert.Throws<ArgumentOutOfRangeException>(() => new DnsQuestion(A, number));
                Assert.Equal(("type", (object)number), (thrown.ParamName, thrown.ActualValue));
            }
        }
    }

    [Fact]
    public void An_address_is_looked_up_by_its_octets_or_its_half_octets()
    {
        for (var octet = 0; octet < 256; octet++)
        {
            Assert.Equal($"{255 - octet}.0.{octet}.{octet / 2}.in-addr.arpa", ReverseName.Of(new IPAddress([(byte)(octet / 2), (byte)octet, 0, (byte)(255 - octet)])).ToString());
            byte[] six = [(byte)octet, .. Enumerable.Range(1, 14).Select(static i => (byte)((i * 17) + 1)), (byte)(255 - octet)];
            var expected = string.Join('.', six.Reverse().SelectMany(static one => (string[])[$"{one & 15:x}", $"{one >> 4:x}"])) + ".ip6.arpa";
            Assert.Equal(expected, ReverseName.Of(new IPAddress(six)).ToString());
        }

        Assert.Equal("255.255.255.255.in-addr.arpa", ReverseName.Of(IPAddress.Parse("::ffff:255.255.255.255")).ToString());
    }

    [Fact]
    public void Options_have_their_defaults_and_take_each_value_of_their_range()
    {
        var options = new StubResolverOptions();
        Assert.Equal(
            (0, false, false, false, TimeSpan.FromSeconds(5), 1, 1232, 16_777_216, TimeSpan.FromDays(1), null, "/etc/resolv.conf"),
            (options.Servers.Length, options.Rotate, options.RequestDnssec, options.UseMixedCase, options.Timeout, options.Retries, options.UdpPayloadSize, options.MaxCacheBytes, options.MaxTimeToLive, options.MemoryBytes, options.ResolvConfFile));
        foreach (var timeout in new[] { TimeSpan.FromTicks(1), TimeSpan.FromSeconds(60) })
        {
            Assert.Equal(timeout, new StubResolverOptions { Timeout = timeout }.Timeout);
        }

        foreach (var timeout in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromSeconds(60) + TimeSpan.FromTicks(1) })
        {
            Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => new StubResolverOptions { Timeout = timeout }).ParamName);
        }

        AssertRange(-1, 0, 10, 11, static value => new StubResolverOptions { Retries = value }.Retries);
        AssertRange(511, 512, 4096, 4097, static value => new StubResolverOptions { UdpPayloadSize = value }.UdpPayloadSize);
        AssertRange(-1, 0, int.MaxValue, int.MinValue, static value => new StubResolverOptions { MaxCacheBytes = value }.MaxCacheBytes);
        AssertRange(-1, 0, 7, 8, static value => new StubResolverOptions { MaxTimeToLive = TimeSpan.FromDays(value) }.MaxTimeToLive.Days);
        AssertRange(int.MaxValue, 0, 16, 17, static value => value > 100
            ? throw new ArgumentOutOfRangeException(nameof(value))
            : new StubResolverOptions { Servers = [.. Enumerable.Range(1, value).Select(static port => new IPEndPoint(IPAddress.Loopback, port))] }.Servers.Length);
        Assert.Throws<ArgumentOutOfRangeException>(static () => new StubResolverOptions { MaxTimeToLive = TimeSpan.FromTicks(-1) });
        Assert.Throws<ArgumentOutOfRangeException>(static () => new StubResolverOptions { MaxTimeToLive = TimeSpan.FromDays(7) + TimeSpan.FromTicks(1) });

        var limits = LookupLimits.Default;
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)), (limits.LookupTimeout, limits.CheckTimeout));
        foreach (var (ticks, isValid) in new[] { (-1L, false), (0L, false), (1L, true), (TimeSpan.TicksPerHour, true), (TimeSpan.TicksPerHour + 1, false) })
        {
            var value = TimeSpan.FromTicks(ticks);
            if (isValid)
            {
                Assert.Equal((value, value), (new LookupLimits { LookupTimeout = value }.LookupTimeout, new LookupLimits { CheckTimeout = value }.CheckTimeout));
            }
            else
            {
                Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { LookupTimeout = value });
                Assert.Throws<ArgumentOutOfRangeException>(() => new LookupLimits { CheckTimeout = value });
            }
        }
    }

    private static void AssertRange(int below, int least, int most, int above, Func<int, int> set)
    {
        Assert.Equal((least, most), (set(least), set(most)));
        Assert.ThrowsAny<ArgumentException>(() => set(below));
        Assert.ThrowsAny<ArgumentException>(() => set(above));
    }

    private static string Summary(DnsResponse response)
    {
        Assert.Equal(response.Status is DnsStatus.NoData or DnsStatus.NameError, response.IsVoid);
        Assert.False(response.Aliases.IsDefault || response.Texts.IsDefault || response.Addresses.IsDefault || response.MailHosts.IsDefault || response.Names.IsDefault);
        var values = response.Texts.Concat(response.Addresses.Select(static one => one.ToString())).Concat(response.MailHosts.Select(static one => one.ToString()))
            .Concat(response.Names.Select(static one => one.ToString()));
        return string.Concat(
            $"{response.Status} {response.Count}",
            response.Status == DnsStatus.Records ? $" {string.Join('|', values)}" : string.Join('|', values),
            response.IsVoid ? " void" : "",
            response.Status == DnsStatus.Failure ? $" {response.Failure}: {response.Detail}" : response.Detail,
            response.TimeToLive is { } life ? $" for {life.TotalSeconds}" : "",
            response.IsAuthenticated ? " authentic" : "",
            response.Aliases.IsEmpty ? "" : $" by {string.Join('|', response.Aliases)}");
    }
}
