using System.Net;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;
using MimeKitResults = MimeKit.Cryptography.AuthenticationResults;

namespace EmailAuth.Tests;

/// <summary>What must hold for the whole pipeline whatever strangers send.</summary>
public class AuthenticationPropertyTests
{
    private static readonly string[] Words =
    [
        "From", "from ", "From\r\n ", "DKIM-Signature", "ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results", "Authentication-Results",
        "authentication-results\t", "BIMI-Selector", "BIMI-Indicator", "Subject", ":", ": ", " ", "\t", "\r\n", "\r\n", "\r\n ", "\r\n\r\n", "\r", "\n",
        "\0", "\u0001", "joe@football.example.com", "<joe@football.example.com>", "\"a\\\"b\" <x@football.example.com>", "<@a,@b:u@football.example.com>",
        "mx.example.org", "MX.EXAMPLE.ORG", "; spf=pass", "(", ")", "\"", "\\", ";", "=", ",", "v=1; a=rsa-sha256; d=football.example.com; s=test; h=from; ",
        "bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=aaaa", "i=1; cv=none; ", "a=ed25519-sha256; ", "c=relaxed/simple; ", "l=0; ", "v=BIMI1; s=x",
        "\u00fc", "xn--", "@", "%{i}", "body text", "..", ".", "é@bücher.example", "\ud800", "=?utf-8?q?x?=", "i=1; mx.example.org; none",
    ];

    private static readonly AuthenticationPipeline Pipeline = new(
        new ZoneResolver(Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!), new AuthenticationOptions { AuthservId = "mx.example.org" });

    private static readonly string Signed =
        Encoding.Latin1.GetString(File.ReadAllBytes(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml")));

    [Property(MaxTest = 500)]
    public void An_independent_reader_gets_back_the_outcomes_results(int seed)
    {
        var random = new Random(seed);
        var outcome = Authenticate(Envelope(random), Message(random));
        Assert.True(MimeKitResults.TryParse(Encoding.UTF8.GetBytes(outcome.HeaderValue), out var read), $"seed {seed}: {outcome.Header}");
        Assert.Equal("mx.example.org", read.AuthenticationServiceIdentifier);

        // Of SPF one result, no BIMI, and of DMARC the registered properties: what the readers in use take (CommonReaders).
        var written = outcome.Results.Where((result, index) => result.Method != "bimi" && (result.Method != "spf" || index == 0)).ToList();
        Assert.Equal(written.Select(r => $"{r.Method}={r.Result}"), read.Results.Select(r => $"{r.Method}={r.Result}"));
        foreach (var (ours, theirs) in written.Zip(read.Results))
        {
            var known = ours.Properties.Where(p => ours.Method != "dmarc" || p.Name is "from" or "dmarc").ToDictionary(p => $"{p.Type}.{p.Name}", p => p.Value);
            var names = theirs.Properties.Select(p => $"{p.PropertyType}.{p.Property}").ToList();
            Assert.Equal(known.Keys.Where(name => name != "header.i" || names.Contains(name)), names);
            foreach (var property in theirs.Properties)
            {
                // What could mislead a reader is replaced; everything else comes back as it was.
                var expected = known[$"{property.PropertyType}.{property.Property}"];
                if (expected.All(c => char.IsAsciiLetterOrDigit(c) || "@.-_+/: <>[],".Contains(c, StringComparison.Ordinal)) && expected.Length < 200)
                {
                    Assert.Equal(expected, property.Value);
                }
            }
        }

        Assert.All(outcome.Header.Split("\r\n"), line => Assert.InRange(line.Length, 1, 998));
        Assert.DoesNotContain(outcome.Header.Replace("\r\n ", string.Empty, StringComparison.Ordinal), char.IsControl);
    }

    [Property(MaxTest = 500)]
    public void Every_result_that_is_no_pass_has_a_reason(int seed)
    {
        var random = new Random(seed);
        var outcome = Authenticate(Envelope(random), Message(random));
        Assert.All(outcome.Dkim!.Signatures, s => Assert.True(s.Code == EmailAuth.Signatures.SignatureResultCode.Pass || s.Reason is not null));
        Assert.True(outcome.Spf is null || outcome.Spf.Reason.Length > 0);
        Assert.True(outcome.Dmarc!.Code is EmailAuth.Dmarc.DmarcResultCode.Pass || outcome.Dmarc.Reason is not null, outcome.Header);
        Assert.True(outcome.Bimi is null or { Code: EmailAuth.Bimi.BimiResultCode.Pass } || outcome.Bimi.Reason is not null);
        Assert.True(outcome.Author.Domain is not null || outcome.Author.Reason is not null);
    }

    [Property(MaxTest = 500)]
    public void Removing_the_listed_fields_leaves_none_to_remove(int seed)
    {
        var random = new Random(seed);
        var message = Message(random);
        var outcome = Authenticate(Envelope(random), message);
        var header = HeaderBlock.Parse(message);
        var removed = outcome.FieldsToRemove.Select(f => f.Index).ToHashSet();
        var kept = Enumerable.Range(0, header.Count).Where(i => !removed.Contains(i)).SelectMany(i => header[i].Raw.ToArray());
        byte[] cleaned = [.. kept, .. message[header.Bytes.Length..]];
        Assert.Empty(Authenticate(Envelope(random), cleaned).FieldsToRemove);
    }

    [Property(MaxTest = 300)]
    public void A_stream_and_the_bytes_give_the_same_outcome(int seed)
    {
        var random = new Random(seed);
        var (envelope, message) = (Envelope(random), Message(random));
        using var stream = new MemoryStream(message);
        Assert.Equal(
            JsonOf(Authenticate(envelope, message)),
            JsonOf(Completed(Pipeline.AuthenticateAsync(envelope, stream, TestContext.Current.CancellationToken))));
    }

    private static string JsonOf(AuthenticationOutcome outcome) => outcome.Changed(o => o.Elapsed, TimeSpan.Zero).ToJson();

    private static AuthenticationOutcome Authenticate(SmtpEnvelope envelope, byte[] message) =>
        Completed(Pipeline.AuthenticateAsync(envelope, message, TestContext.Current.CancellationToken));

    private static AuthenticationOutcome Completed(ValueTask<AuthenticationOutcome> pending)
    {
        return pending.IsCompletedSuccessfully ? pending.Result : throw new InvalidOperationException("A zone in memory answers at once.");
    }

    private static SmtpEnvelope Envelope(Random random) => new(
        random.Next(4) switch { 0 => IPAddress.IPv6Loopback, 1 => IPAddress.Parse("::ffff:192.0.2.1"), _ => IPAddress.Parse("192.0.2.1") },
        random.Next(3) == 0 ? "mail.football.example.com" : Text(random, 4),
        random.Next(3) == 0 ? "joe@football.example.com" : Text(random, 4));

    // A signed message with pieces put in, or pieces alone.
    private static byte[] Message(Random random)
    {
        var text = new StringBuilder(random.Next(2) == 0 ? Signed : "From: joe@football.example.com\r\nSubject: x\r\n\r\nbody");
        for (var edits = random.Next(6); edits > 0; edits--)
        {
            text.Insert(random.Next(2) == 0 ? 0 : random.Next(text.Length), Text(random, 6) + (random.Next(2) == 0 ? "\r\n" : string.Empty));
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Text(Random random, int words) =>
        string.Concat(Enumerable.Range(0, random.Next(1, words + 1)).Select(_ => Words[random.Next(Words.Length)]));
}
