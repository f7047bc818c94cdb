using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Signatures;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// A message of an input's choosing, signed here over a plain canonicalization: it must pass, and after a change it must pass exactly when
/// the plain canonicalization of what is signed is still the same.
/// </summary>
/// <remarks>The input: a byte of choices, two of <c>l=</c>, four of a change (<see cref="Edit"/>), and the message.</remarks>
internal static class DkimSignedTarget
{
    private const int HeadLength = 3 + Edit.Length;
    private const int MaxLength = 100_000;

    /// <summary>The choice that puts white space wherever a signature may have some, before its colon too.</summary>
    public const byte WhiteSpace = (byte)Choices.WhiteSpace;

    // The question is what is covered, not whether people are shown something else.
    private static readonly DkimVerifier Verifier = new(Keys.Resolver, new DkimOptions { AcceptUnsignedCopies = true }, FixedTime.Default);

    [Flags]
    private enum Choices : byte
    {
        RelaxedHeader = 1,
        RelaxedBody = 2,
        Length = 4,
        Edwards = 8,
        SignatureFirst = 16,
        WhiteSpace = 32,
        Oversigned = 64,
        HalfTheFields = 128,
    }

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (Read(input, out var message) is not { } signed)
        {
            return;
        }

        signed.Check(message);
        var changed = Edit.Apply(message, input[3..HeadLength]);
        if (PlainMessage.IsSpecified(changed))
        {
            signed.Check(changed);
        }
    }

    /// <summary>The signed message that an input makes, or null.</summary>
    public static string? Sign(ReadOnlySpan<byte> input) => Read(input, out var message) is { } signed ? signed.Field + message : null;

    private static Signed? Read(ReadOnlySpan<byte> input, out string message)
    {
        message = input.Length is < HeadLength or > MaxLength ? " " : Encoding.Latin1.GetString(input[HeadLength..]);
        return PlainMessage.IsSpecified(message) ? new Signed((Choices)input[0], MemoryMarshal.Read<ushort>(input[1..]), message) : null;
    }

    private sealed class Signed
    {
        private readonly Choices _choices;
        private readonly long? _length;
        private readonly string[] _names;
        private readonly string _header;
        private readonly string _body;

        public Signed(Choices choices, ushort length, string message)
        {
            _choices = choices;
            _length = Has(Choices.Length) ? length : null;
            var plain = PlainMessage.Of(message);
            var names = plain.Fields.Select(PlainMessage.NameOf).Where(name => name.Length > 0 && !name.Contains(';', StringComparison.Ordinal)).Append("from").ToArray();
            _names = Has(Choices.HalfTheFields) ? [.. names.Where((_, i) => i % 2 == 0), "from"]
                : Has(Choices.Oversigned) ? [.. names.Reverse(), .. names.Distinct(StringComparer.Ordinal), "x-absent"]
                : names;
            _header = plain.Selected(_names, Has(Choices.RelaxedHeader), own: -1);
            _body = BodyOf(plain);
            var (before, after) = Unsigned();
            var signature = Keys.Sign(
                Has(Choices.Edwards) ? Keys.Edwards : Keys.Rsa, _header + PlainMessage.Own(before + after + "\r\n", Has(Choices.RelaxedHeader)));
            Field = before + (Has(Choices.WhiteSpace) ? " \r\n\t" + signature[..20] + "\r\n " + signature[20..] + "\t" : signature) + after + "\r\n";
        }

        public string Field { get; }

        /// <summary>Verifies a message below the signature, which was made over this message or another.</summary>
        public void Check(string message)
        {
            var plain = PlainMessage.Of(Field + message);
            var sameHeader = plain.Selected(_names, Has(Choices.RelaxedHeader), own: 0) == _header;
            var sameBody = BodyOf(plain) == _body;
            var bodyLength = plain.CanonicalBody(Has(Choices.RelaxedBody)).Length;
            var expected = !sameHeader || !sameBody ? SignatureResultCode.Fail : _length > bodyLength ? SignatureResultCode.PermError : SignatureResultCode.Pass;

            var bytes = Encoding.Latin1.GetBytes(Field + message);
            var results = Expect.Completed(Verifier.VerifyAsync(bytes));
            var result = results.Signatures[0];
            FindingException.ThrowIf(result.Code != expected, $"{result.Code} ({result.Reason}), not {expected}");
            FindingException.ThrowIf((result.HeaderCheck == DkimCheck.Matches) != sameHeader, $"the header: {result.HeaderCheck}");
            FindingException.ThrowIf((result.BodyCheck == DkimCheck.Matches) != sameBody, $"the body: {result.BodyCheck}");
            FindingException.ThrowIf(result.UnsignedBodyLength != Math.Max(0, bodyLength - (_length ?? bodyLength)), $"{result.UnsignedBodyLength} octets unsigned");
            FindingException.ThrowIf(results.Signatures.Any(s => s.Code != SignatureResultCode.Pass && string.IsNullOrEmpty(s.Reason)), "no pass and no reason");

            using var pieces = new PieceStream(bytes);
            Expect.Equal(Describe(results), Describe(Expect.Completed(Verifier.VerifyAsync(pieces))), "in pieces");
        }

        private bool Has(Choices choice) => (_choices & choice) == choice;

        private string BodyOf(PlainMessage plain)
        {
            var body = plain.CanonicalBody(Has(Choices.RelaxedBody));
            return _length < body.Length ? body[..(int)_length.Value] : body;
        }

        // The field around the value of b=, as far as it is signed.
        private (string Before, string After) Unsigned()
        {
            var space = Has(Choices.WhiteSpace) ? "\t \r\n " : " ";
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.Latin1.GetBytes(_body)));
            var tags = $"v=1;{space}a={(Has(Choices.Edwards) ? "ed25519" : "rsa")}-sha256;{space}d{space}={space}example.com{space};{space}s={(Has(Choices.Edwards) ? "ed" : "rsa")};"
                + $" c={(Has(Choices.RelaxedHeader) ? "relaxed" : "simple")}/{(Has(Choices.RelaxedBody) ? "relaxed" : "simple")};"
                + (_length is null ? string.Empty : $"{space}l={_length};") + $"{space}h={string.Join(Has(Choices.WhiteSpace) ? " :\r\n\t" : ":", _names)};{space}bh={hash}";
            var name = Has(Choices.WhiteSpace) ? "DKIM-signature \t:" : "DKIM-Signature:";
            return Has(Choices.SignatureFirst) ? (name + space + "b=", ";" + space + tags + space) : (name + space + tags + "; b=", string.Empty);
        }

        private static string Describe(DkimResults results) =>
            string.Join('\n', results.Signatures.Select(s => $"{s.Code} {s.Reason} {s.HeaderCheck} {s.BodyCheck} {s.UnsignedBodyLength} {s.ReasonCode}"));
    }
}
