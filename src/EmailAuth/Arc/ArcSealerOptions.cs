using System.Collections.Immutable;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>The name in which a sealer seals, and what it signs (RFC 8617 section 4.1).</summary>
public sealed class ArcSealerOptions
{
    private readonly ImmutableArray<string> _fieldNames = [];

    /// <summary>The domain that answers for the seal (<c>d=</c>).</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The selector (<c>s=</c>): the public key is at <c>selector._domainkey.domain</c>.</summary>
    public required string Selector { get; init; }

    /// <summary>
    /// The fields that the message signature covers (<c>h=</c>), in order, without regard to case. A name appears once for each instance that is
    /// signed, and once more to keep further ones from being added. Empty: the fields that people and filters read, each as often as
    /// the message has it, and From once more. Default empty.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A name is not a field name, or is Return-Path or one of ARC's own, or From is not among them (RFC 8617 section 4.1.2).
    /// </exception>
    public ImmutableArray<string> FieldNames
    {
        get => _fieldNames;
        init => _fieldNames = value.IsDefaultOrEmpty ? [] : [.. Checked(value)];
    }

    /// <summary>How much of a header block is read. Default <see cref="MessageLimits.Default"/>.</summary>
    public MessageLimits MessageLimits
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(value));
    } = MessageLimits.Default;

    private static IEnumerable<string> Checked(ImmutableArray<string> names)
    {
        foreach (var name in names)
        {
            SignedFieldNames.RequireFieldName(name, nameof(names));

            // RFC 8617 section 4.1.2 forbids ARC-Seal; the other two are part of the set, and the seal covers them.
            if (name.StartsWith("ARC-", StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException("ARC's own fields are covered by the seal, not by the message signature (RFC 8617 section 4.1.2).", nameof(names));
            }
        }

        return names.Contains("From", StringComparer.OrdinalIgnoreCase)
            ? names.Select(name => name.ToLowerInvariant())
            : throw new ArgumentException("From must be signed (RFC 6376 section 5.4).", nameof(names));
    }
}
