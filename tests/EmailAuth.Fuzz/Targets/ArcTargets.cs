using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Chains that strangers made, and chains made here over what strangers wrote.</summary>
internal static class ArcTargets
{
    private const int MaxLength = 100_000;
    private const int HeadLength = 1 + Edit.Length;

    private static readonly ArcVerifier Verifier = new(Keys.Resolver, null, FixedTime.Default);

    private static readonly ArcSealer[] Sealers =
    [
        new(Keys.RsaPem, new ArcSealerOptions { Domain = DomainName.Parse("example.com").Value!, Selector = "rsa" }, FixedTime.Default),
        new(Keys.RsaPem, new ArcSealerOptions { Domain = DomainName.Parse("example.com").Value!, Selector = "RSA", FieldNames = ["From", "Subject", "Subject", "To", "X-A"] }, FixedTime.Default),
    ];

    /// <summary>The input: a zone in lines, and a message.</summary>
    public static void Chain(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (parts.TryTake(out var zone))
        {
            var message = parts.Rest.ToArray();
            var options = new ArcOptions { Signatures = new DkimOptions { JudgeExpiryAtSigningTime = true } };
            VerifyInPieces(new ArcVerifier(new ZoneResolver(ZoneLines.Read(zone)), options, FixedTime.Default), message);
        }
    }

    private static bool HasBareLineBreak(byte[] message) => Encoding.Latin1.GetString(message).Replace("\r\n", string.Empty, StringComparison.Ordinal).AsSpan().ContainsAny('\r', '\n');

    /// <summary>
    /// The input: a byte of how often the message is sealed and by whom, four of a change (<see cref="Edit"/>), and the message. What is
    /// sealed must pass; changed, it must pass exactly when what is covered is the same in plain canonicalization.
    /// </summary>
    public static void Sealed(ReadOnlySpan<byte> input)
    {
        if (input.Length is < HeadLength or > MaxLength || !PlainMessage.IsSpecified(Encoding.Latin1.GetString(input[HeadLength..])))
        {
            return;
        }

        // What is added ends its lines with CRLF, as the message does where it leaves.
        var message = LineEndings.ToCrlf(input[HeadLength..].ToArray()).ToArray();
        var arrived = Verify(Verifier, message);
        var isBroken = arrived.Code == ArcResultCode.Fail || arrived.IsClosed;
        for (var hops = HopsOf(input[0]); hops > 0; hops--)
        {
            var sealer = Sealers[(input[0] >> (1 + hops)) & 1];
            var sealing = sealer.Seal(message, arrived, ArcSealer.ReadResults(message, "mx.example.org"));
            if (sealing.Fields.IsEmpty)
            {
                Expect.Reason(sealing.Reason, "no seal");
                FindingException.ThrowIf(
                    !isBroken && !(sealing.ReasonCode == "bare_line_break" && HasBareLineBreak(message)), $"an honest message is not sealed: {sealing.Reason}");
                return;
            }

            var fields = string.Concat(sealing.Fields.Select(field => field + "\r\n"));
            message = [.. Encoding.UTF8.GetBytes(fields), .. message];
            arrived = Verify(Verifier, message);
            FindingException.ThrowIf(
                isBroken ? arrived.Code == ArcResultCode.Pass : arrived is not { Code: ArcResultCode.Pass, OldestPass: 0 },
                $"sealed, it is {arrived.Code} ({arrived.Reason}), oldest pass {arrived.OldestPass}");
        }

        if (isBroken)
        {
            VerifyInPieces(Verifier, message);
        }
        else
        {
            CheckChanged(Encoding.Latin1.GetString(message), input.Slice(1, Edit.Length), arrived);
        }
    }

    // Long chains take long to make: one of four inputs has three hops.
    private static int HopsOf(byte choices) => (choices & 3) == 3 ? 3 : 1;

    private static void CheckChanged(string message, ReadOnlySpan<byte> edit, ArcResult arrived)
    {
        // The value of the newest seal's own b= is covered by nothing, and base64 can be written in more than one way.
        var before = PlainMessage.Of(message);
        var start = before.Fields[0].Length;
        var changed = message[..start] + Edit.Apply(message[start..], edit);
        if (!PlainMessage.IsSpecified(changed[start..]))
        {
            return;
        }

        var names = arrived.Sets[0].MessageSignature!.FieldNames;
        var isSame = Covered(PlainMessage.Of(changed), names) == Covered(before, names);
        var bytes = Encoding.Latin1.GetBytes(changed);
        var result = VerifyInPieces(Verifier, bytes);
        FindingException.ThrowIf(
            (result.Code == ArcResultCode.Pass) != isSame, $"changed {(isSame ? "where it does not matter" : "where it matters")}, it is {result.Code} ({result.Reason})");
    }

    private static string Covered(PlainMessage message, IEnumerable<string> names) =>
        string.Concat(message.Fields.Where(field => PlainMessage.NameOf(field) is "arc-seal" or "arc-message-signature" or "arc-authentication-results").Select(field => PlainMessage.Canonical(field, relaxed: true)))
        + "\n" + message.Selected(names, relaxed: true, own: -1) + "\n" + message.CanonicalBody(relaxed: true);

    private static ArcResult Verify(ArcVerifier verifier, byte[] message)
    {
        var result = Expect.Completed(verifier.VerifyAsync(message));
        if (result.Code is ArcResultCode.Fail || result.IsClosed)
        {
            Expect.Reason(result.Reason, "a chain that does not pass");
        }

        FindingException.ThrowIf(result.Code == ArcResultCode.Pass && (result.Reason is not null || result.OldestPass is null), "a pass that says why not, or not since when");
        FindingException.ThrowIf(!result.Sets.IsEmpty && result.Sets[0].Instance != result.HighestInstance, "the first set is not the newest");
        return result;
    }

    private static ArcResult VerifyInPieces(ArcVerifier verifier, byte[] message)
    {
        var result = Verify(verifier, message);
        using var pieces = new PieceStream(message);
        Expect.Equal(Describe(result), Describe(Expect.Completed(verifier.VerifyAsync(pieces))), "in pieces");
        return result;
    }

    private static string Describe(ArcResult result) =>
        $"{result.Code} {result.Reason} {result.FailingInstance} {result.HighestInstance} {result.IsClosed} {result.OldestPass}\n"
        + string.Join('\n', result.Sets.Select(set => $"{set.Instance} {set.SealResult.Code} {set.SealResult.Reason} {set.MessageSignatureResult.Code} {set.MessageSignatureResult.Reason}"));
}
