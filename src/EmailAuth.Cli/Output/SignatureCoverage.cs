using System.Collections.Immutable;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Output;

/// <summary>Which fields of a message a signature names in h= (RFC 6376 section 5.4), each list with at most 64 names as the message writes them.</summary>
internal sealed class SignatureCoverage
{
    private const int MaxNames = 64;

    // RFC 6376 section 5.4.1: fields that hosts add or change on the way are not meant to be signed. They would hide those that are.
    private static readonly string[] Trace =
    [
        "received", "return-path", "delivered-to", "dkim-signature", "authentication-results", "arc-seal", "arc-message-signature",
        "arc-authentication-results", "received-spf",
    ];

    private SignatureCoverage()
    {
    }

    /// <summary>Whether the signature field can be read.</summary>
    public bool IsKnown { get; private init; }

    /// <summary>The fields of the message that the signature names.</summary>
    public ImmutableArray<string> Signed { get; private init; } = [];

    /// <summary>The names of which the message has no field, so that none can be added.</summary>
    public ImmutableArray<string> Absent { get; private init; } = [];

    /// <summary>The names that occur more often in h= than in the message, so that no further one can be added.</summary>
    public ImmutableArray<string> Oversigned { get; private init; } = [];

    /// <summary>The names that occur more often in the message than in h=.</summary>
    public ImmutableArray<string> Partly { get; private init; } = [];

    /// <summary>The fields of the message that the signature does not name, without trace fields and signatures.</summary>
    public ImmutableArray<string> Unsigned { get; private init; } = [];

    /// <summary>Reads what each signature covers, in the order of the signatures.</summary>
    public static ImmutableArray<SignatureCoverage> ReadAll(DkimResults? dkim, HeaderBlock header)
    {
        if (dkim is null || dkim.Signatures.IsEmpty)
        {
            return [];
        }

        var fields = CountFields(header);
        return [.. dkim.Signatures.Select(result => result.Signature is { } signature ? Of(signature.FieldNames, fields) : new SignatureCoverage())];
    }

    private static SignatureCoverage Of(ImmutableArray<string> names, Dictionary<string, (string Written, int Count)> fields)
    {
        var named = names.CountBy(static name => name, StringComparer.OrdinalIgnoreCase).ToDictionary(StringComparer.OrdinalIgnoreCase);
        int InMessage(string name) => fields.TryGetValue(name, out var field) ? field.Count : 0;
        string Written(string name) => fields.TryGetValue(name, out var field) ? field.Written : name;
        ImmutableArray<string> Where(Func<string, int, bool> holds) =>
            [.. named.Where(pair => holds(pair.Key, pair.Value)).Select(pair => Written(pair.Key)).Take(MaxNames)];
        return new SignatureCoverage
        {
            IsKnown = true,
            Signed = Where((name, _) => InMessage(name) > 0),
            Absent = Where((name, _) => InMessage(name) == 0),
            Oversigned = Where((name, count) => InMessage(name) > 0 && count > InMessage(name)),
            Partly = Where((name, count) => count < InMessage(name)),
            Unsigned =
            [
                .. fields.Where(field => !named.ContainsKey(field.Key) && !Trace.Contains(field.Key, StringComparer.OrdinalIgnoreCase))
                    .Select(static field => field.Value.Written).Take(MaxNames),
            ],
        };
    }

    private static Dictionary<string, (string Written, int Count)> CountFields(HeaderBlock header)
    {
        var fields = new Dictionary<string, (string Written, int Count)>(StringComparer.OrdinalIgnoreCase);
        for (var index = 0; index < header.Count; index++)
        {
            var name = Encoding.Latin1.GetString(header[index].Name);
            fields[name] = fields.TryGetValue(name, out var known) ? (known.Written, known.Count + 1) : (name, 1);
        }

        return fields;
    }
}
