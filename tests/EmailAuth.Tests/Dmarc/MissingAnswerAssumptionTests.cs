using EmailAuth.Dmarc;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Each name whose query failed has no record, or one with each of the psd flags, in each combination.</summary>
public class MissingAnswerAssumptionTests
{
    private static readonly List<DomainName> Names = [.. new[] { "a.b.c.d", "b.c.d", "c.d", "d" }.Select(DmarcSituation.Name)];

    private static readonly DmarcDomainRole?[] Flags = [null, DmarcDomainRole.Unspecified, DmarcDomainRole.PublicSuffix, DmarcDomainRole.Organizational];

    [Fact]
    public void Up_to_three_failures_have_all_combinations() =>
        Assert.Equal([1, 4, 16, 64, -1], Enumerable.Range(0, 5).Select(count => MissingAnswerAssumption.Count(Names[..count])));

    [Fact]
    public void Each_number_is_another_combination()
    {
        for (var number = 0; number < 64; number++)
        {
            var assumption = MissingAnswerAssumption.Of(Names[..3], number);
            for (var index = 0; index < 3; index++)
            {
                var expected = Flags[number / (int)Math.Pow(4, index) % 4];
                Assert.Equal(expected, assumption.FlagAt(Failed(Names[index])));
                Assert.Equal(expected is not null, assumption.HasRecordAt(Failed(Names[index])));
            }
        }
    }

    [Fact]
    public void One_name_may_be_a_public_suffix_and_the_others_have_no_record()
    {
        for (var index = 0; index < Names.Count; index++)
        {
            var assumption = MissingAnswerAssumption.PublicSuffixAt(Names, index);
            Assert.Equal(
                Names.Select((_, other) => other == index ? DmarcDomainRole.PublicSuffix : (DmarcDomainRole?)null), Names.Select(name => assumption.FlagAt(Failed(name))));
        }

        Assert.All(Names, name => Assert.Null(MissingAnswerAssumption.NoRecords.FlagAt(Failed(name))));
        Assert.All(Names, name => Assert.False(MissingAnswerAssumption.NoRecords.HasRecordAt(Failed(name))));
    }

    [Fact]
    public void What_is_known_is_not_assumed()
    {
        foreach (var (text, flag) in new[] { ("v=DMARC1", DmarcDomainRole.Unspecified), ("v=DMARC1;psd=y", DmarcDomainRole.PublicSuffix), ("v=DMARC1;psd=n", DmarcDomainRole.Organizational) })
        {
            var lookup = new DmarcLookup(Names[0]) { Found = DmarcLookupOutcome.Record, Record = DmarcRecord.Parse(text).Value };
            Assert.Equal((flag, true), (MissingAnswerAssumption.Of(Names[..1], 2).FlagAt(lookup), MissingAnswerAssumption.NoRecords.HasRecordAt(lookup)));
        }

        var none = new DmarcLookup(Names[0]) { Found = DmarcLookupOutcome.NoRecord };
        Assert.Null(MissingAnswerAssumption.Of(Names[..1], 3).FlagAt(none));
        Assert.False(MissingAnswerAssumption.Of(Names[..1], 3).HasRecordAt(none));
    }

    private static DmarcLookup Failed(DomainName name) => new(name) { Found = DmarcLookupOutcome.TemporaryFailure };
}
