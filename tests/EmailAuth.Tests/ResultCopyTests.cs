using System.Reflection;
using EmailAuth.Bimi;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>A result that is decided in steps is copied from step to step: nothing that an earlier step found may be lost.</summary>
public class ResultCopyTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;

    [Fact]
    public void A_copy_of_a_DMARC_result_keeps_every_member()
    {
        var lookup = new DmarcLookup(Domain) { Found = DmarcLookupOutcome.SeveralRecords };
        var result = new DmarcResult
        {
            Code = DmarcResultCode.TempError,
            Reason = "why",
            AuthorDomain = Domain,
            OrganizationalDomain = Domain,
            DiscoveryMethod = DmarcDiscoveryMethod.PublicSuffixList,
            Source = DmarcPolicySource.OrganizationalDomain,
            PolicyDomain = Domain,
            Record = DmarcRecord.Parse("v=DMARC1; p=reject").Value,
            Tag = DmarcPolicyTag.Subdomain,
            PublishedPolicy = DmarcPolicy.Reject,
            IsPolicyAssumed = true,
            FailedQuery = DmarcFailedQuery.Spf,
            Override = new DmarcOverride { Disposition = DmarcPolicy.Quarantine },
            Alignments = [new DmarcAlignment { Identifier = new AuthenticatedIdentifier { Method = IdentifierSource.Dkim, Domain = Domain }, Mode = DmarcAlignmentMode.Strict }],
            Walk = [lookup],
            Lookups = [lookup, lookup],
            AuthorDomainExists = true,
            LookupCount = 3,
        };
        AssertEveryMember(result, new DmarcResult(result));
    }

    [Fact]
    public void A_copy_of_a_BIMI_result_keeps_every_member()
    {
        var result = new BimiResult
        {
            Code = BimiResultCode.Fail,
            Reason = "why",
            ReasonCode = "word",
            Domain = Domain,
            Selector = "s",
            Record = BimiRecord.Parse("v=BIMI1; l=https://example.com/logo.svg").Value,
            Authority = BimiAuthorityCode.Fail,
            Indicator = BimiIndicator.Read("<svg/>"u8.ToArray()).Value,
            MarkCertificate = MarkCertificate.Verify("no certificate"u8.ToArray(), [Domain], "s", BimiOptions.Default),
            Lookups = [new BimiLookup(Domain, DnsStatus.NoData)],
            IsLocationChecked = true,
        };
        AssertEveryMember(result, new BimiResult(result));
    }

    // A member that is at its default in the first would be equal in a copy that forgets it.
    private static void AssertEveryMember<T>(T one, T copy)
    {
        foreach (var property in typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(property => property is { CanRead: true, CanWrite: true }))
        {
            var value = property.GetValue(one);
            var type = property.PropertyType;
            Assert.True(value is not null && !value.Equals(type.IsValueType ? Activator.CreateInstance(type) : null), $"{property.Name} is not set");
            Assert.True(value is not IEnumerable<object> list || list.Any(), $"{property.Name} is empty");
            Assert.Equal(value, property.GetValue(copy));
        }
    }
}
