using System.Net;
using System.Text;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>What DMARC may need is asked for as soon as the header is there.</summary>
public class EarlyWalksTests
{
    [Fact]
    public async Task The_walks_of_those_that_may_be_authenticated_begin_with_the_header()
    {
        var held = new ScriptedResolver(new Zone()) { IsHolding = true };
        var session = new AuthenticationPipeline(held, new AuthenticationOptions { AuthservId = "mx.example.org" }).BeginSession(IPAddress.Parse("192.0.2.1"), "h.example");
        session.SetMailFrom("joe@m.a.example");
        foreach (var domain in (string[])["s.a.example", "t.a.example"])
        {
            session.AddHeaderField("DKIM-Signature"u8, Encoding.ASCII.GetBytes(
                $" v=1; a=rsa-sha256; d={domain}; s=k; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b={Convert.ToBase64String(new byte[128])}"));
        }

        session.AddHeaderField("From"u8, " joe@a.example"u8);
        session.EndOfHeaders();
        foreach (var domain in (string[])["m.a.example", "s.a.example", "t.a.example"])
        {
            Assert.Contains($"TXT _dmarc.{domain}", held.Asked);
        }

        await session.DisposeAsync();
        Assert.Equal(0, held.Outstanding);
    }
}
