using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>
/// A HELO name and signatures that the sender chose, with as many and as slow names as they like, change no verdict but their own.
/// </summary>
public class StarvationTests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b\r\nSubject: x\r\n\r\nhi\r\n";

    // Longer than a day after the seals were made.
    private static readonly DateTimeOffset Now = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Lazy<Task<byte[]>> Message = new(MessageAsync);

    private static readonly Zone Zone = CreateZone();

    [Property(MaxTest = 60)]
    public async Task A_HELO_name_and_signatures_of_strangers_change_no_other_verdict_with_slow_answers_too(int seed)
    {
        var message = await Message.Value;
        var honest = await RunAsync(seed, helo: null, message);
        var withHelo = await RunAsync(seed, "evil.example", message);
        var withSignatures = await RunAsync(seed, null, WithStrangers(message));
        var withBoth = await RunAsync(seed, "evil.example", WithStrangers(message));
        Assert.Equal(honest, withHelo);
        Assert.Equal(honest, withSignatures);
        Assert.Equal(honest, withBoth);
    }

    // Cases of genuine mail that a pool of lookups for the whole message refused, and of a forger who emptied it.
    [Fact]
    public async Task Heavy_but_legal_records_take_nothing_from_other_checks()
    {
        var path = Repository.PathOf("..", "shared", "cases", "verdicts.jsonl");
        Assert.SkipUnless(File.Exists(path), "the cases are not beside the project");
        var ran = 0;
        foreach (var vector in VectorFile.Read(path).Select(vector => vector.Value!))
        {
            if (vector.Id.Contains("limit-lookups", StringComparison.Ordinal)
                || vector.Id.Contains("legitimate", StringComparison.Ordinal)
                || vector.Id.Contains("helo-burns", StringComparison.Ordinal))
            {
                var report = await new VectorRunner().RunAsync(vector, TestContext.Current.CancellationToken);
                Assert.True(report.IsPass, $"{vector.Id}: {string.Join(", ", report.Mismatches)}");
                ran++;
            }
        }

        Assert.Equal(8, ran);
    }

    private static async Task<string> RunAsync(int seed, string? helo, byte[] message)
    {
        var time = new FakeTimeProvider(Now);
        var inner = new ZoneResolver(Zone);
        var resolver = new ScriptedResolver(inner)
        {
            Script = (_, question, token) => Later(inner, question, DelayOf(seed, ScriptedResolver.Text(question)), time, token),
        };
        var options = TypicalMessage.Options with { TimeProvider = time, Methods = AuthenticationMethods.All & ~AuthenticationMethods.Bimi };
        var pending = new AuthenticationPipeline(resolver, options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo, "x@bounce.example.com"), message, TestContext.Current.CancellationToken).AsTask();

        // The clock goes on only when the pool has had time for what the last step made ready, however busy the machine is.
        while (!pending.IsCompleted)
        {
            for (var yields = 0; !pending.IsCompleted && yields < 20; yields++)
            {
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromMilliseconds(500));
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }

        var outcome = await pending;
        Assert.InRange(resolver.MostOutstanding, 0, DnsTurns.MaxInFlight);
        Assert.Equal(0, resolver.Outstanding);
        var author = outcome.Dkim!.Signatures.Single(signature => signature.Domain?.ToString() == "example.com");
        return $"spf={outcome.Spf!.Code} {outcome.Spf.Reason}\ndkim={author.Code} {author.Reason}\n"
            + $"arc={outcome.Arc!.Code} {outcome.Arc.Reason}\ndmarc={outcome.Dmarc!.Code} {outcome.Dmarc.Reason} {outcome.Disposition.Action}";
    }

    // At once, in a moment, slowly, just in time, and never; by the question alone.
    private static TimeSpan DelayOf(int seed, string question)
    {
        var hash = seed;
        foreach (var c in question)
        {
            hash = unchecked((hash * 31) + c);
        }

        double[] seconds = question.Contains("evil", StringComparison.Ordinal) ? [0, 3, 9.2, 60] : [0, 0, 0.2, 0.2, 1.2, 4.2, 9.2, 60];
        return TimeSpan.FromSeconds(seconds[(int)((uint)(hash * 2654435761) >> 8) % seconds.Length]);
    }

    private static Func<ValueTask<DnsResponse>>? Later(
        ZoneResolver inner, DnsQuestion question, TimeSpan delay, FakeTimeProvider time, CancellationToken token)
    {
        return delay == TimeSpan.Zero ? null : DelayAsync;

        async ValueTask<DnsResponse> DelayAsync()
        {
            await Task.Delay(delay, time, token);
            return await inner.QueryAsync(question, token);
        }
    }

    private static byte[] WithStrangers(byte[] message)
    {
        var fields = new StringBuilder();
        for (var i = 0; i < 9; i++)
        {
            fields.Append($"DKIM-Signature: v=1; a=rsa-sha256; d=s{i}.evil.example; s=s; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(fields.ToString()), .. message];
    }

    private static async Task<byte[]> MessageAsync()
    {
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Plain));
        return Encoding.Latin1.GetBytes(await ArcSamples.Pass(signed, 1));
    }

    private static Zone CreateZone()
    {
        var zone = new Zone()
            .Add("bounce.example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example a:c.esp.example -all")
            .Add("a.esp.example", ZoneEntryKind.Txt, "v=spf1 a:a1.esp.example a:a2.esp.example ~all")
            .Add("a1.esp.example", ZoneEntryKind.A, "203.0.113.1")
            .Add("a2.esp.example", ZoneEntryKind.A, "203.0.113.2")
            .Add("b.esp.example", ZoneEntryKind.Txt, "v=spf1 a:b1.esp.example ~all")
            .Add("b1.esp.example", ZoneEntryKind.A, "203.0.113.3")
            .Add("c.esp.example", ZoneEntryKind.A, "192.0.2.1")
            .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; np=quarantine")
            .Add("evil.example", ZoneEntryKind.Txt, "v=spf1 " + string.Join(' ', Enumerable.Range(0, 9).Select(i => $"mx:m{i}.evil.example")) + " -all");
        for (var i = 0; i < 90; i++)
        {
            zone.Add(
                EmailAuth.Syntax.DomainName.Parse($"m{i / 10}.evil.example").Value!,
                new ZoneRecord { Type = ZoneEntryKind.MX, Preference = (ushort)i, Data = $"h{i}.evil.example" });
            zone.Add($"h{i}.evil.example", ZoneEntryKind.A, $"203.0.113.{i}");
        }

        return zone;
    }
}
