using EmailAuth.Messages;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>What a message costs in memory. Runs alone: other tests' garbage would be counted.</summary>
[Collection(nameof(AuthenticationMemoryTests))]
[CollectionDefinition(nameof(AuthenticationMemoryTests), DisableParallelization = true)]
public class AuthenticationMemoryTests
{
    // SPF with three includes and for HELO, one RSA-2048 signature of the author domain, its policy, no indicator, no chain, reverse DNS.
    [Fact]
    public async Task A_message_of_10_kb_with_one_signature_allocates_at_most_8_kb()
    {
        var envelope = new SmtpEnvelope(TypicalMessage.Envelope.ClientAddress, "out.esp.example", "bounce@example.com");
        var pipeline = new AuthenticationPipeline(new ZoneResolver(OrdinaryZone()), TypicalMessage.Options);
        var message = OrdinaryMessage();
        Assert.InRange(message.Length, 10 * 1024, 11 * 1024);
        var outcome = await pipeline.AuthenticateAsync(envelope, message, TestContext.Current.CancellationToken);
        Assert.Equal(
            ["spf=pass", "spf=pass", "dkim=pass", "arc=none", "dmarc=pass", "bimi=none", "iprev=pass"],
            outcome.Results.Select(result => $"{result.Method}={result.Result}"));
        Assert.InRange(AllocatedBy(() => Authenticate(pipeline, message, envelope)), 1, 8 * 1024);
    }

    // The same with an indicator, DMARC two labels up, and so more names, lookups and results.
    [Fact]
    public void A_newsletter_of_10_kb_with_one_signature_allocates_at_most_10_kb()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        Assert.InRange(AllocatedBy(() => Authenticate(pipeline, TypicalMessage.OneSignature)), 1, 10 * 1024);
    }

    [Fact]
    public void Allocation_does_not_grow_with_the_body()
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var line = "A line of the body that fails the body hash and is long enough to matter.\r\n"u8.ToArray();
        byte[] large = [.. TypicalMessage.OneSignature, .. Enumerable.Repeat(line, 50_000).SelectMany(l => l)];
        var small = AllocatedBy(() => Authenticate(pipeline, [.. TypicalMessage.OneSignature, .. line]));

        // The small message's own array is counted above; a failure's reason is the same text.
        Assert.InRange(AllocatedBy(() => Authenticate(pipeline, large)), 1, small);
    }

    [Fact]
    public async Task A_body_of_a_gigabyte_streams_through_without_allocating_for_its_length()
    {
        const long Gigabyte = 1024L * 1024 * 1024;
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var header = HeaderBlock.Parse(TypicalMessage.OneSignature);
        var chunk = TypicalMessage.OneSignature.AsMemory(header.BodyOffset);
        await using var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        session.SetHeader(header);
        session.AppendBody(chunk.Span);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (long fed = chunk.Length; fed < Gigabyte; fed += chunk.Length)
        {
            session.AppendBody(chunk.Span);
        }

        // A pool may have to make one buffer anew after a collection; nothing else.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * 1024);
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Contains("body hash", Assert.Single(outcome.Dkim!.Signatures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_sessions_with_half_read_bodies_hold_at_most_10_kb_each()
    {
        const int Count = 10_000;
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var header = HeaderBlock.Parse(TypicalMessage.OneSignature);
        Authenticate(pipeline, TypicalMessage.OneSignature);
        var sessions = new AuthenticationSession[Count];
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            sessions[i] = HalfRead(pipeline, header);
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(held / Count, 1, 10 * 1024);
        foreach (var session in sessions)
        {
            await session.DisposeAsync();
        }
    }

    private static AuthenticationSession HalfRead(AuthenticationPipeline pipeline, HeaderBlock header)
    {
        var session = pipeline.BeginSession(TypicalMessage.Envelope.ClientAddress, TypicalMessage.Envelope.Helo);
        session.SetMailFrom(TypicalMessage.Envelope.MailFrom!);
        for (var field = 0; field < header.Count; field++)
        {
            session.AddHeaderField(header[field].Name, header[field].Value);
        }

        session.EndOfHeaders();
        session.AppendBody(TypicalMessage.OneSignature.AsSpan(header.BodyOffset, 5000));
        return session;
    }

    private static long AllocatedBy(Action action)
    {
        // Pools fill up and code is compiled at first, and a collection may empty a pool: the least of many counts.
        var least = long.MaxValue;
        for (var run = 0; run < 300; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static void Authenticate(AuthenticationPipeline pipeline, byte[] message, SmtpEnvelope? envelope = null)
    {
        var pending = pipeline.AuthenticateAsync(envelope ?? TypicalMessage.Envelope, message, CancellationToken.None);
        Assert.True(pending.IsCompletedSuccessfully);
    }

    private static Zone OrdinaryZone() => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all")
        .Add("a.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/26 -all")
        .Add("b.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all")
        .Add("c.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
        .Add("out.esp.example", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("out.esp.example", ZoneEntryKind.A, "198.51.100.7")
        .Add("7.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "out.esp.example")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com");

    private static byte[] OrdinaryMessage()
    {
        const string Header = "Received: from app.example.com by out.esp.example; Mon, 6 Jul 2026 09:59:58 +0000\r\n"
            + "From: Alice Example <alice@example.com>\r\nTo: Bob <bob@example.org>\r\nCc: Carol <carol@example.net>\r\n"
            + "Subject: The minutes of last week's meeting\r\nDate: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <1@example.com>\r\n"
            + "In-Reply-To: <2@example.org>\r\nReferences: <3@example.org>\r\n <2@example.org>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nX-Mailer: Example Mail 4.2\r\n\r\n";
        var body = string.Concat(Enumerable.Repeat("The minutes of last week's meeting, and what is left to do before summer.\r\n", 130));
        return TestSigner.Rsa2048.Sign(
            Header + body,
            "from:to:cc:subject:date:message-id:in-reply-to:references:mime-version:content-type:content-transfer-encoding");
    }
}
