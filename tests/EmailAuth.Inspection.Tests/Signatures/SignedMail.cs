using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>Messages that are signed, changed and diagnosed. Texts are octets as Latin-1, with CRLF.</summary>
internal static class SignedMail
{
    public static readonly PemSigningKey Rsa = PemSigningKey.Load(PemSigningKey.Create("rsa-sha256", 2048));
    public static readonly PemSigningKey Ed25519 = PemSigningKey.Load(PemSigningKey.Create("ed25519-sha256"));

    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    /// <summary>A zone with the record of a key.</summary>
    public static Zone ZoneOf(ISigningKey key, string selector = "s1") =>
        new Zone().Add($"{selector}._domainkey.example.com", ZoneEntryKind.Txt, ((PemSigningKey)key).Record);

    /// <summary>A message with its signature on top.</summary>
    public static async Task<string> SignAsync(string message, bool isSimple = false, ISigningKey? key = null, DkimSignerOptions? options = null)
    {
        var form = isSimple ? SignatureCanonicalization.Simple : SignatureCanonicalization.Relaxed;
        var signer = new DkimSigner(
            [new DkimSigningIdentity { Domain = Domain, Selector = "s1", Key = key ?? Rsa }],
            options ?? new DkimSignerOptions { HeaderCanonicalization = form, BodyCanonicalization = form });
        var signing = await signer.SignAsync(Encoding.Latin1.GetBytes(message), TestContext.Current.CancellationToken);
        Assert.Null(signing.Reason);
        return $"{signing.Fields[0]}\r\n{message}";
    }

    /// <summary>The results of a message.</summary>
    public static async Task<DkimResults> VerifyAsync(string message, Zone zone, DkimOptions? options = null) =>
        await new DkimVerifier(new ZoneResolver(zone), options).VerifyAsync(Encoding.Latin1.GetBytes(message), TestContext.Current.CancellationToken);

    /// <summary>The diagnosis of the message's first signature that fails.</summary>
    public static async Task<SignatureDiagnosis> DiagnoseAsync(
        string message, Zone? zone = null, SignatureDoctorOptions? options = null, DkimOptions? verification = null)
    {
        zone ??= ZoneOf(Rsa);
        var results = await VerifyAsync(message, zone, verification);
        var diagnoses = await SignatureDoctor.DiagnoseAsync(
            Encoding.Latin1.GetBytes(message), results, new ZoneResolver(zone), options, TestContext.Current.CancellationToken);
        Assert.True(diagnoses.Length > 0, string.Join("; ", results.Signatures.Select(static result => $"{result.Code}: {result.Reason}")));
        return diagnoses[0];
    }

    /// <summary>The codes of a diagnosis, in the order of their names.</summary>
    public static string CodesOf(SignatureDiagnosis diagnosis) =>
        string.Join(" ", diagnosis.Changes.Select(static change => change.Code.Keyword()).Order(StringComparer.Ordinal));
}
