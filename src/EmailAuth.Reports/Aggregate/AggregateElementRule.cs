using System.Collections.Immutable;

namespace EmailAuth.Reports.Aggregate;

/// <summary>What the schemas of RFC 9990 and RFC 7489 say of an element, by which a reader finds what is missing, repeated, unknown and out of order.</summary>
internal sealed class AggregateElementRule
{
    private AggregateElementRule(int id, string name, ImmutableArray<AggregateElementRule> children) =>
        (Id, Name, Children) = (id, name, children);

    /// <summary>The element <c>feedback</c> with all below it.</summary>
    public static AggregateElementRule Feedback { get; } = MakeFeedback();

    public int Id { get; }

    public string Name { get; }

    public ImmutableArray<AggregateElementRule> Children { get; }

    /// <summary>The path below <c>feedback</c>, for findings.</summary>
    public string Path { get; private set; } = string.Empty;

    /// <summary>Whether it holds a text.</summary>
    public bool IsLeaf => Children.IsEmpty && Id != AggregateElement.Extension;

    /// <summary>Whether its children have an order (RFC 9990 Appendix A, <c>xs:sequence</c>).</summary>
    public bool IsSequence { get; private init; }

    /// <summary>Whether it is required, in either form.</summary>
    public bool IsRequired { get; private init; }

    /// <summary>Whether it is required in RFC 9990 alone.</summary>
    public bool IsRequiredNow { get; private init; }

    /// <summary>Whether it may appear any number of times, in either form.</summary>
    public bool IsMany { get; private init; }

    /// <summary>Whether it might in RFC 7489.</summary>
    public bool WasMany { get; private init; }

    /// <summary>Whether RFC 9990 does not have it.</summary>
    public bool IsObsolete { get; private init; }

    /// <summary>Whether a required text may be empty: RFC 9990 section 3.1.1 has only MAY be empty for <c>envelope_from</c>.</summary>
    public bool MayBeEmpty { get; private init; }

    /// <summary>The child of a name; null when there is none.</summary>
    public AggregateElementRule? Find(string name)
    {
        foreach (var child in Children)
        {
            if (child.Name == name)
            {
                return child;
            }
        }

        return null;
    }

    private static AggregateElementRule MakeFeedback()
    {
        var feedback = new AggregateElementRule(AggregateElement.Feedback, "feedback",
        [
            Optional(AggregateElement.Version, "version"),
            Required(AggregateElement.Metadata, "report_metadata",
            [
                Required(AggregateElement.OrganizationName, "org_name"),
                Required(AggregateElement.Email, "email"),
                Optional(AggregateElement.ExtraContactInfo, "extra_contact_info"),
                Required(AggregateElement.ReportId, "report_id"),
                Required(AggregateElement.Period, "date_range", [Required(AggregateElement.Begin, "begin"), Required(AggregateElement.End, "end")]),
                new(AggregateElement.Error, "error", []) { WasMany = true, MayBeEmpty = true },
                Optional(AggregateElement.Generator, "generator"),
            ]),
            Required(AggregateElement.Policy, "policy_published",
            [
                Required(AggregateElement.PolicyDomain, "domain"),
                Required(AggregateElement.PolicyP, "p"),
                Optional(AggregateElement.PolicySp, "sp"),
                Optional(AggregateElement.PolicyNp, "np"),
                Optional(AggregateElement.PolicyDkimAlignment, "adkim"),
                Optional(AggregateElement.PolicySpfAlignment, "aspf"),
                Optional(AggregateElement.PolicyDiscovery, "discovery_method"),
                Optional(AggregateElement.PolicyFailureOptions, "fo"),
                Optional(AggregateElement.PolicyTesting, "testing"),
                new(AggregateElement.PolicyPercentage, "pct", []) { IsObsolete = true, MayBeEmpty = true },
            ]),
            Optional(AggregateElement.Extension, "extension"),
            MakeRecord(),
        ])
        {
            IsSequence = true,
        };
        NamePaths(feedback);
        return feedback;
    }

    private static AggregateElementRule MakeRecord() => new(AggregateElement.Record, "record",
    [
        Required(AggregateElement.Row, "row",
        [
            Required(AggregateElement.Source, "source_ip"),
            Required(AggregateElement.Count, "count"),
            new(AggregateElement.Evaluated, "policy_evaluated",
            [
                Required(AggregateElement.Disposition, "disposition"),
                Required(AggregateElement.EvaluatedDkim, "dkim"),
                Required(AggregateElement.EvaluatedSpf, "spf"),
                new(AggregateElement.Reason, "reason",
                    [Required(AggregateElement.ReasonType, "type"), Optional(AggregateElement.ReasonComment, "comment")]) { IsMany = true },
            ])
            {
                IsRequired = true,
                IsSequence = true,
            },
        ]),
        Required(AggregateElement.Identifiers, "identifiers",
        [
            Required(AggregateElement.HeaderFrom, "header_from"),
            Optional(AggregateElement.EnvelopeFrom, "envelope_from"),
            Optional(AggregateElement.EnvelopeTo, "envelope_to"),
        ]),
        new(AggregateElement.Results, "auth_results",
        [
            new(AggregateElement.Dkim, "dkim",
            [
                Required(AggregateElement.DkimDomain, "domain"),
                new(AggregateElement.DkimSelector, "selector", []) { IsRequiredNow = true },
                Required(AggregateElement.DkimResult, "result"),
                Optional(AggregateElement.DkimHumanResult, "human_result"),
            ])
            {
                IsMany = true,
            },
            new(AggregateElement.Spf, "spf",
            [
                Required(AggregateElement.SpfDomain, "domain"),
                Optional(AggregateElement.SpfScope, "scope"),
                Required(AggregateElement.SpfResult, "result"),
                Optional(AggregateElement.SpfHumanResult, "human_result"),
            ])
            {
                WasMany = true,
            },
        ])
        {
            IsRequired = true,
            IsSequence = true,
        },
    ])
    {
        IsMany = true,
        IsSequence = true,
    };

    private static AggregateElementRule Required(int id, string name, ImmutableArray<AggregateElementRule> children = default) =>
        new(id, name, children.IsDefault ? [] : children) { IsRequired = true };

    private static AggregateElementRule Optional(int id, string name) => new(id, name, []) { MayBeEmpty = true };

    private static void NamePaths(AggregateElementRule rule)
    {
        foreach (var child in rule.Children)
        {
            child.Path = rule.Path.Length == 0 ? child.Name : $"{rule.Path}/{child.Name}";
            NamePaths(child);
        }
    }
}
