using System.Collections.Immutable;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>Nobody can add a field whose name is oversigned, whatever else is signed (RFC 6376 section 8.15).</summary>
public class OversignedFieldTests
{
    private const string Plain = "From: alice@example.com\r\nTo: bob@example.org\r\nSubject: Hi\r\nDate: Sun, 29 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n";

    private static readonly PemSigningKey Rsa = PemSigningKey.Load(TestSigner.Rsa2048.Pem);
    private static readonly PemSigningKey Edwards = PemSigningKey.Load(TestSigner.Ed25519.Pem);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // The fields to sign are none of these but From; null is the default.
    [Theory]
    [InlineData("from:to:date", null, "Subject: another", "a name that is only oversigned by default")]
    [InlineData("from:to:date", "from:subject", "Subject: another", "a name that is only oversigned")]
    [InlineData("from:to:date", "from:subject", "SUBJECT : another", "the same in another form")]
    [InlineData("from", "from:date", "Date: Mon, 30 Nov 2026 10:00:00 +0000", "one that is oversigned only where it is")]
    [InlineData("from", "from:cc", "Cc: eve@example.org", "one that the message does not have")]
    [InlineData("from", "from:x-own", "X-Own: 1", "one that nothing else knows")]
    [InlineData(null, "from:subject", "Subject: another", "one that is signed too")]
    public async Task A_field_that_is_added_breaks_the_signature(string? fields, string? oversigned, string added, string why)
    {
        var signing = await SignAsync(Plain, Options(fields, oversigned));

        Assert.Equal(SignatureResultCode.Pass, (await VerifyAsync(OnTop(signing, Plain))).Single().Code);
        Assert.True((await VerifyAsync(added + "\r\n" + OnTop(signing, Plain))).Single().HeaderCheck == DkimCheck.Differs, why);
        Assert.True((await VerifyAsync(OnTop(signing, added + "\r\n" + Plain))).Single().HeaderCheck == DkimCheck.Differs, why);
        Assert.True((await VerifyAsync(OnTop(signing, Plain.Replace("\r\n\r\n", $"\r\n{added}\r\n\r\n", StringComparison.Ordinal)))).Single().HeaderCheck == DkimCheck.Differs, why);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(300)]
    [InlineData(9_990)]
    public async Task However_many_there_are_one_more_breaks_the_signature(int count)
    {
        var message = string.Concat(Enumerable.Range(0, count).Select(static number => string.Create(CultureInfo.InvariantCulture, $"Cc: c{number}@example.org\r\n"))) + Plain;
        foreach (var fields in new[] { null, "from:to" })
        {
            var signing = await SignAsync(message, Options(fields, null));

            Assert.Equal(SignatureResultCode.Pass, (await VerifyAsync(OnTop(signing, message))).Single().Code);
            Assert.Equal(DkimCheck.Differs, (await VerifyAsync("Cc: eve@example.org\r\n" + OnTop(signing, message))).Single().HeaderCheck);
        }
    }

    // The signatures go on top: those that were there before are the lowest.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Signatures_that_were_there_can_be_signed_with_two_keys(int before)
    {
        var message = Plain;
        for (var number = 0; number < before; number++)
        {
            message = OnTop(await SignAsync(message, DkimSignerOptions.Default), message);
        }

        var options = new DkimSignerOptions { FieldNames = [.. DkimSignerOptions.Default.FieldNames, "dkim-signature"] };
        var results = await VerifyAsync(OnTop(await SignAsync(message, options, Rsa, Edwards), message));

        Assert.Equal(before + 2, results.Length);
        Assert.All(results, static result => Assert.True(result.Code == SignatureResultCode.Pass, result.Reason));
    }

    private static DkimSignerOptions Options(string? fields, string? oversigned)
    {
        var options = DkimSignerOptions.Default;
        options = fields is null ? options : options with { FieldNames = [.. fields.Split(':')] };
        return oversigned is null ? options : options with { OversignedFieldNames = [.. oversigned.Split(':')] };
    }

    private static async Task<DkimSigning> SignAsync(string message, DkimSignerOptions options, params PemSigningKey[] keys)
    {
        ImmutableArray<DkimSigningIdentity> identities =
        [
            .. (keys is [] ? [Rsa] : keys).Select(static key => new DkimSigningIdentity
            {
                Domain = DomainName.Parse("example.com").Value!, Selector = key == Rsa ? "s" : "ed", Key = key,
            }),
        ];
        var signing = await new DkimSigner(identities, options).SignAsync(TestSigner.Bytes(message), Cancellation);
        Assert.Null(signing.Reason);
        return signing;
    }

    private static string OnTop(DkimSigning signing, string message) => string.Concat(signing.Fields.Select(static field => field + "\r\n")) + message;

    private static async Task<ImmutableArray<DkimResult>> VerifyAsync(string message)
    {
        var zone = new Zone().Add("s._domainkey.example.com", ZoneEntryKind.Txt, Rsa.Record).Add("ed._domainkey.example.com", ZoneEntryKind.Txt, Edwards.Record);
        return (await new DkimVerifier(new ZoneResolver(zone)).VerifyAsync(TestSigner.Bytes(message), Cancellation)).Signatures;
    }
}
