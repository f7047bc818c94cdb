using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Puts the published policy together from the values that are read.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct AggregatePolicyBuilder
{
    private string? _domain;
    private DmarcPolicy? _policy;
    private DmarcPolicy? _subdomains;
    private DmarcPolicy? _nonexistent;
    private DmarcAlignmentMode? _dkim;
    private DmarcAlignmentMode? _spf;
    private string? _discovery;
    private string? _failureOptions;
    private bool? _isTesting;
    private PublishedPolicy? _built;

    /// <summary>The policy so far; null while its domain is not known.</summary>
    public PublishedPolicy? Build() => string.IsNullOrEmpty(_domain) ? null : _built ??= new PublishedPolicy
    {
        Domain = _domain,
        Policy = _policy,
        SubdomainPolicy = _subdomains,
        NonexistentSubdomainPolicy = _nonexistent,
        DkimAlignment = _dkim,
        SpfAlignment = _spf,
        DiscoveryMethod = _discovery,
        FailureOptions = _failureOptions,
        IsTesting = _isTesting,
    };

    /// <summary>The value of an element.</summary>
    public void Value(AggregateElementRule rule, ReadOnlySpan<char> value, int line, AggregateWords words)
    {
        _built = null;
        switch (rule.Id)
        {
            case AggregateElement.PolicyDomain:
                _domain = value.ToString();
                break;

            case AggregateElement.PolicyP:
                _policy = Policy(words.Read(rule, value, line, IsPolicy));
                break;

            case AggregateElement.PolicySp:
                _subdomains = Policy(words.Read(rule, value, line, IsPolicy));
                break;

            case AggregateElement.PolicyNp:
                _nonexistent = Policy(words.Read(rule, value, line, IsPolicy));
                break;

            case AggregateElement.PolicyDkimAlignment:
                _dkim = AggregateKeywords.Mode(words.Read(rule, value, line, IsMode));
                break;

            case AggregateElement.PolicySpfAlignment:
                _spf = AggregateKeywords.Mode(words.Read(rule, value, line, IsMode));
                break;

            case AggregateElement.PolicyDiscovery:
                _discovery = words.Read(rule, value, line, static word => word is "psl" or "treewalk");
                break;

            case AggregateElement.PolicyFailureOptions:
                _failureOptions = value.ToString();
                break;

            case AggregateElement.PolicyTesting:
                _isTesting = words.Read(rule, value, line, static word => word is "y" or "n") switch { "y" => true, "n" => false, _ => null };
                break;

            // RFC 9989 has no percentage, so a policy has no place for it.
            case AggregateElement.PolicyPercentage:
                break;

            default:
                throw new UnreachableException();
        }
    }

    private static bool IsPolicy(string word) => AggregateKeywords.Policy(word) is not null;

    private static bool IsMode(string word) => AggregateKeywords.Mode(word) is not null;

    private static DmarcPolicy? Policy(string word) => AggregateKeywords.Policy(word);
}
