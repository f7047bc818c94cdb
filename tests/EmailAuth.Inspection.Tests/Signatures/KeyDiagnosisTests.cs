using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>What is wrong with the key of a signature.</summary>
public class KeyDiagnosisTests
{
    private const string Message = "From: alice@example.com\r\nSubject: Hi\r\n\r\nHello\r\n";

    private static readonly PemSigningKey Other = PemSigningKey.Load(PemSigningKey.Create("rsa-sha256", 2048));

    [Theory]
    [InlineData("s2")]
    [InlineData("s3")]
    [InlineData("default")]
    public async Task A_rotated_key_is_found_at_another_selector(string selector)
    {
        var zone = SignedMail.ZoneOf(Other).Add($"{selector}._domainkey.example.com", ZoneEntryKind.Txt, SignedMail.Rsa.Record);
        var diagnosis = await SignedMail.DiagnoseAsync(await SignedMail.SignAsync(Message), zone);
        var change = Assert.Single(diagnosis.Changes);
        Assert.Equal((ChangeCode.KeyRotated, true, SignatureOpening.OtherKey), (change.Code, change.IsProven, diagnosis.Key));
        Assert.Equal([selector, "s1"], change.Arguments);
        Assert.Equal((SearchEnd.NotNeeded, "other_key"), (diagnosis.HeaderSearch, diagnosis.Result.ReasonCode));
    }

    [Fact]
    public async Task Another_key_is_said_to_be_another_one()
    {
        var diagnosis = await SignedMail.DiagnoseAsync(await SignedMail.SignAsync(Message), SignedMail.ZoneOf(Other));
        Assert.Equal(ChangeCode.KeyOther, Assert.Single(diagnosis.Changes).Code);
    }

    // A damaged b= looks like another key.
    [Fact]
    public async Task A_damaged_signature_is_not_a_changed_header()
    {
        var signed = await SignedMail.SignAsync(Message);
        var place = signed.IndexOf("\r\n b=", StringComparison.Ordinal) + 20;
        var damaged = signed[..place] + (signed[place] == 'A' ? 'B' : 'A') + signed[(place + 1)..];
        var diagnosis = await SignedMail.DiagnoseAsync(damaged);
        Assert.Equal((ChangeCode.KeyOther, "other_key"), (Assert.Single(diagnosis.Changes).Code, diagnosis.Result.ReasonCode));
    }

    [Fact]
    public async Task A_key_that_was_cut_off_in_the_DNS_is_seen()
    {
        var record = SignedMail.Rsa.Record[..255];
        record = record[..(record.Length - ((record.Length - record.IndexOf("p=", StringComparison.Ordinal) - 2) % 4))];
        var diagnosis = await SignedMail.DiagnoseAsync(
            await SignedMail.SignAsync(Message), new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, record));
        var change = Assert.Single(diagnosis.Changes);
        Assert.Equal(ChangeCode.KeyTruncated, change.Code);
        Assert.Equal("294", change.Arguments[2]);
    }

    [Fact]
    public async Task A_revoked_key_is_seen()
    {
        var zone = new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; p=");
        var diagnosis = await SignedMail.DiagnoseAsync(await SignedMail.SignAsync(Message), zone);
        Assert.Equal(ChangeCode.KeyRevoked, Assert.Single(diagnosis.Changes).Code);
    }

    [Fact]
    public async Task A_testing_key_is_seen_where_it_does_not_count()
    {
        var zone = new Zone().Add("s1._domainkey.example.com", ZoneEntryKind.Txt, SignedMail.Rsa.Record + "; t=y");
        var diagnosis = await SignedMail.DiagnoseAsync(
            await SignedMail.SignAsync(Message), zone, verification: new EmailAuth.Dkim.DkimOptions { TestingKeys = EmailAuth.Dkim.TestingKeys.Ignore });
        Assert.Equal(ChangeCode.KeyTesting, Assert.Single(diagnosis.Changes).Code);
    }

    [Fact]
    public async Task A_body_shorter_than_its_signed_part_was_cut()
    {
        var signed = await SignedMail.SignAsync(Message);
        var longer = signed.Replace("v=1;", "v=1; l=900;", StringComparison.Ordinal).Replace("Hello", "Hallo", StringComparison.Ordinal);
        var diagnosis = await SignedMail.DiagnoseAsync(longer);
        Assert.Contains(ChangeCode.BodyCut, diagnosis.Changes.Select(static change => change.Code));
    }
}
