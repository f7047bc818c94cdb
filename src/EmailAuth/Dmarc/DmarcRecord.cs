using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A DMARC policy record (RFC 9989 section 4.7): what the owner of a domain publishes at <c>_dmarc.</c> below it.</summary>
/// <remarks>
/// A text is a record when its first tag is <c>v=DMARC1</c>. After that tag nothing is an error: unknown tags, malformed values and
/// the tags of RFC 7489 are ignored, each listed in <see cref="Ignored"/>.
/// </remarks>
public sealed class DmarcRecord
{
    internal DmarcRecord()
    {
    }

    /// <summary>The record as published.</summary>
    public string Text { get; internal init; } = string.Empty;

    /// <summary><c>p</c>: the policy for the domain itself; null when the tag is missing or invalid. See <see cref="Validity"/>.</summary>
    public DmarcPolicy? Policy { get; internal init; }

    /// <summary><c>sp</c>: the policy for subdomains; null when the tag is missing or invalid.</summary>
    public DmarcPolicy? SubdomainPolicy { get; internal init; }

    /// <summary><c>np</c>: the policy for subdomains that do not exist; null when the tag is missing or invalid.</summary>
    public DmarcPolicy? NonexistentSubdomainPolicy { get; internal init; }

    /// <summary>Whether the policy tags can be followed (RFC 9989 section 4.10.1).</summary>
    public DmarcPolicyValidity Validity { get; internal init; }

    /// <summary><c>adkim</c>: the alignment mode for DKIM; relaxed by default.</summary>
    public DmarcAlignmentMode DkimAlignment { get; internal init; }

    /// <summary><c>aspf</c>: the alignment mode for SPF; relaxed by default.</summary>
    public DmarcAlignmentMode SpfAlignment { get; internal init; }

    /// <summary><c>psd</c>: the domain's place in the tree; unspecified by default.</summary>
    public DmarcDomainRole DomainRole { get; internal init; }

    /// <summary><c>t=y</c>: the owner is testing; the policy is applied one level lower. False by default.</summary>
    public bool IsTesting { get; internal init; }

    /// <summary><c>rua</c>: where aggregate reports go (RFC 9990); the valid URIs, without the size suffix of RFC 7489.</summary>
    public ImmutableArray<string> AggregateReportUris { get; internal init; } = [];

    /// <summary><c>ruf</c>: where failure reports go (RFC 9991); the valid URIs, without the size suffix of RFC 7489.</summary>
    public ImmutableArray<string> FailureReportUris { get; internal init; } = [];

    /// <summary><c>fo</c>: when failure reports are wanted; <see cref="DmarcFailureOptions.AllFail"/> by default and without <c>ruf</c>.</summary>
    public DmarcFailureOptions FailureOptions { get; internal init; } = DmarcFailureOptions.AllFail;

    /// <summary>What in the record has no effect, in the order of the text.</summary>
    public ImmutableArray<DmarcIgnoredItem> Ignored { get; internal init; } = [];

    /// <summary>
    /// The tags in the order of the text, from <c>v</c> on, with those that have no effect; parts without "=" or a name are not among them.
    /// Made when asked for.
    /// </summary>
    public ImmutableArray<RecordTag> Tags
    {
        get
        {
            var reader = new DmarcTagReader(Text, 0);
            var tags = ImmutableArray.CreateBuilder<RecordTag>();
            while (reader.TryRead(out var tag, out var hasValue))
            {
                if (hasValue && !tag.Name.IsEmpty)
                {
                    tags.Add(new RecordTag(tag.Name.ToString(), tag.Value.ToString(), tag.NamePosition, tag.ValuePosition));
                }
            }

            return tags.DrainToImmutable();
        }
    }

    /// <summary>Reads a record.</summary>
    /// <param name="text">The TXT record, its character-strings joined.</param>
    /// <returns>The record, or why the text is not one (such a text is discarded, RFC 9989 section 4.10).</returns>
    public static ParseResult<DmarcRecord> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return DmarcRecordParser.Parse(text);
    }

    /// <summary>The policy that a tag gives, with its fallbacks: np to sp to p (RFC 9989 section 4.10.1).</summary>
    /// <param name="tag">Which policy is wanted.</param>
    /// <returns>The policy; none unless <see cref="Validity"/> is <see cref="DmarcPolicyValidity.Valid"/>.</returns>
    internal DmarcPolicy PolicyFor(DmarcPolicyTag tag)
    {
        if (Validity != DmarcPolicyValidity.Valid)
        {
            return DmarcPolicy.None;
        }

        return tag switch
        {
            DmarcPolicyTag.NonexistentSubdomain => NonexistentSubdomainPolicy ?? SubdomainPolicy ?? Policy ?? DmarcPolicy.None,
            DmarcPolicyTag.Subdomain => SubdomainPolicy ?? Policy ?? DmarcPolicy.None,
            DmarcPolicyTag.Domain => Policy ?? DmarcPolicy.None,
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>The record as published.</summary>
    public override string ToString() => Text;
}
