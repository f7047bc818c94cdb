using System.Diagnostics;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>Each word that results have, by its value. Programs read them: none may change.</summary>
public class BimiKeywordsTests
{
    [Fact]
    public void Results_have_these_words() => Assert.Equal(
        ["Skipped skipped", "None none", "Pass pass", "Fail fail", "TempError temperror", "Declined declined"],
        Enum.GetValues<BimiResultCode>().Select(static code => $"{code} {code.Keyword()}"));

    [Fact]
    public void The_evidence_has_these_words() => Assert.Equal(
        ["None none", "Pass pass", "Fail fail"], Enum.GetValues<BimiAuthorityCode>().Select(static code => $"{code} {code.Keyword()}"));

    [Fact]
    public void Preferences_have_these_words() => Assert.Equal(
        ["Brand brand", "Personal personal"], Enum.GetValues<BimiAvatarPreference>().Select(static code => $"{code} {code.Keyword()}"));

    [Fact]
    public void Kinds_of_certificates_have_these_words() => Assert.Equal(
        ["Unknown unknown", "Verified verified", "Common common"], Enum.GetValues<MarkCertificateKind>().Select(static code => $"{code} {code.Keyword()}"));

    // The name of each value, in lower case with underscores.
    [Fact]
    public void Problems_and_reasons_are_called_as_their_values()
    {
        AssertWords(Enum.GetValues<MarkCertificateProblemCode>(), static code => code.Keyword());
        AssertWords(Enum.GetValues<SvgProblemCode>(), static code => code.Keyword());
        AssertWords(Enum.GetValues<BimiReason>(), static code => code.Keyword());
    }

    [Fact]
    public void A_value_that_there_is_not_has_no_word()
    {
        Assert.Throws<UnreachableException>(() => ((BimiResultCode)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((BimiAuthorityCode)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((BimiAvatarPreference)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((MarkCertificateKind)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((MarkCertificateProblemCode)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((SvgProblemCode)99).Keyword());
        Assert.Throws<UnreachableException>(() => ((BimiReason)99).Keyword());
        Assert.Throws<UnreachableException>(() => new MarkCertificate { Type = (MarkType)99 }.MarkType);
        Assert.Throws<UnreachableException>(() => new MarkCertificate { Type = (MarkType)99 }.Kind);
    }

    private static void AssertWords<T>(T[] values, Func<T, string> word)
        where T : struct, Enum =>
        Assert.Equal(
            values.Select(static value => string.Concat(value.ToString().Select(static (c, i) => char.IsUpper(c) ? $"{(i == 0 ? "" : "_")}{char.ToLowerInvariant(c)}" : $"{c}"))),
            values.Select(word));
}
