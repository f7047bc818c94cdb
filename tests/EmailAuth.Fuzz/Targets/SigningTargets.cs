using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Any message, signed by the product, and what is said of it when it was changed on its way.</summary>
internal static class SigningTargets
{
    private const int MaxLength = 50_000;

    private static readonly DkimSigner[] Signers =
    [
        .. from header in Enum.GetValues<SignatureCanonicalization>()
           from body in Enum.GetValues<SignatureCanonicalization>()
           select new DkimSigner(Identities(), new DkimSignerOptions { HeaderCanonicalization = header, BodyCanonicalization = body, Lifetime = TimeSpan.FromDays(7) }, null, FixedTime.Default),
    ];

    private static readonly DkimVerifier Verifier = new(Keys.Resolver, null, FixedTime.Default);

    private static readonly SignatureDoctorOptions Search = new() { MaxTries = 500, MaxHashedBytes = 1 << 18, MaxVerifications = 10 };

    /// <summary>
    /// The input: a byte of who signs, and the message. It is signed and then passes, or there is a reason why it is not; with one more From or Cc, which people
    /// might be shown, it does not pass.
    /// </summary>
    public static void Sign(ReadOnlySpan<byte> input)
    {
        if (input.Length is < 1 or > MaxLength)
        {
            return;
        }

        var message = input[1..].ToArray();
        var signer = Signers[input[0] % Signers.Length];
        var signing = Expect.Completed(signer.SignAsync(message));
        using var pieces = new PieceStream(message);
        Expect.Equal(Describe(signing), Describe(Expect.Completed(signer.SignAsync(pieces))), "signed in pieces");
        FindingException.ThrowIf((signing.Reason is null) != (signing.ReasonCode is null) || signing.Fields.IsEmpty == signing.Reason is null, "neither signed nor refused, or both");
        Expect.Printable(signing.Reason, "why it is not signed");
        if (signing.Reason is not null)
        {
            return;
        }

        foreach (var field in signing.Fields)
        {
            Expect.Field(field);
        }

        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Join("\r\n", signing.Fields) + "\r\n"), .. LineEndings.ToCrlf(message).Span];
        foreach (var result in Verify(signed))
        {
            FindingException.ThrowIf(result.Code != SignatureResultCode.Pass || result.UnsignedBodyLength != 0, $"signed, it is {result.Code} ({result.Reason}), {result.UnsignedBodyLength} octets unsigned");
        }

        foreach (var added in (string[])["From: c@example.org\r\n", "Cc: c@example.org\r\n"])
        {
            foreach (var result in Verify([.. Encoding.ASCII.GetBytes(added), .. signed]))
            {
                FindingException.ThrowIf(result.Code == SignatureResultCode.Pass, $"with {added.TrimEnd()} added it still passes");
            }
        }
    }

    /// <summary>The input: a byte of who signs, four of a change (<see cref="Edit"/>), and the message. The search keeps to its limits and proves what it says.</summary>
    public static void Diagnose(ReadOnlySpan<byte> input)
    {
        if (input.Length is < 1 + Edit.Length or > MaxLength)
        {
            return;
        }

        var message = LineEndings.ToCrlf(input[(1 + Edit.Length)..].ToArray());
        if (Expect.Completed(Signers[input[0] % Signers.Length].SignAsync(message)) is not { Reason: null } signing)
        {
            return;
        }

        var fields = string.Join("\r\n", signing.Fields) + "\r\n";
        var changed = Encoding.Latin1.GetBytes(fields + Edit.Apply(Encoding.Latin1.GetString(message.Span), input[1..]));
        var results = Expect.Completed(Verifier.VerifyAsync(changed));
        var diagnoses = Expect.Completed(SignatureDoctor.DiagnoseAsync(changed, results, Keys.Resolver, Search));
        Expect.Equal(Describe(diagnoses), Describe(Expect.Completed(SignatureDoctor.DiagnoseAsync(changed, results, Keys.Resolver, Search))), "asked again");
        FindingException.ThrowIf(diagnoses.Sum(one => one.TryCount) > Search.MaxTries * 2L, "more tries than are allowed");
        FindingException.ThrowIf(diagnoses.Sum(one => one.HashedBytes) > Search.MaxHashedBytes + changed.Length, "more octets hashed than are allowed");
        foreach (var diagnosis in diagnoses)
        {
            Check(diagnosis, results.Signatures[diagnosis.Index]);
        }
    }

    private static void Check(SignatureDiagnosis diagnosis, DkimResult result)
    {
        FindingException.ThrowIf((result.HeaderCheck == DkimCheck.Differs || result.BodyCheck == DkimCheck.Differs) && diagnosis.Summary.Length == 0, "nothing is said of what differs");
        FindingException.ThrowIf(result.Code == SignatureResultCode.Pass, "what holds is diagnosed");
        FindingException.ThrowIf((result.BodyCheck == DkimCheck.Differs) != (diagnosis.BodySearch != SearchEnd.NotNeeded), "a body that is searched without need, or not at all");
        FindingException.ThrowIf(diagnosis.HeaderSearch != SearchEnd.NotNeeded && result.HeaderCheck != DkimCheck.Differs, "a header that is searched without need");
        foreach (var change in diagnosis.Changes)
        {
            Expect.Reason(change.Text, "a change");
            Expect.Reason(change.Advice, "an advice");
            FindingException.ThrowIf(change.Diff.Length > 40, $"{change.Diff.Length} lines");
        }
    }

    private static IEnumerable<DkimResult> Verify(byte[] message) => Expect.Completed(Verifier.VerifyAsync(message)).Signatures.Take(2);

    private static System.Collections.Immutable.ImmutableArray<DkimSigningIdentity> Identities()
    {
        var domain = DomainName.Parse("example.com").Value!;
        return
        [
            new DkimSigningIdentity { Domain = domain, Selector = "rsa", Key = PemSigningKey.Load(Keys.RsaPem) },
            new DkimSigningIdentity { Domain = domain, Selector = "ed", Key = PemSigningKey.Load(Keys.EdwardsPem), UserIdentity = "\"b\u00fc=;\"@news.example.com" },
        ];
    }

    private static string Describe(DkimSigning signing) => $"{signing.Reason} {signing.ReasonCode} {string.Join('\n', signing.Fields)} {string.Join('\n', signing.Warnings)}";

    private static string Describe(IEnumerable<SignatureDiagnosis> diagnoses) => string.Join('\n', diagnoses.Select(one => $"{one.Index} {one.Summary} {one.TryCount} {one.HashedBytes}"));
}
