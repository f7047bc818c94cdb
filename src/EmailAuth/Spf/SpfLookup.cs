using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Dns;

namespace EmailAuth.Spf;

/// <summary>A lookup that a check needed, with its answer.</summary>
public sealed class SpfLookup
{
    internal SpfLookup(DnsRecordType type, string name, DnsStatus status, ImmutableArray<string> answers, string? failure)
    {
        Type = type;
        Name = name;
        Status = status;
        Answers = answers;
        Failure = failure;
    }

    /// <summary>The record type that was asked for.</summary>
    public DnsRecordType Type { get; }

    /// <summary>The name that was asked for; for PTR the client's address.</summary>
    public string Name { get; }

    /// <summary>What kind of answer came.</summary>
    public DnsStatus Status { get; }

    /// <summary>The records as text, in the order of the answer; written by the owners of domains.</summary>
    public ImmutableArray<string> Answers { get; }

    /// <summary>Why there is no usable answer; null unless the lookup failed.</summary>
    public string? Failure { get; }

    /// <summary>The lookup in one line, with control characters shown as "?".</summary>
    public override string ToString()
    {
        var answer = Status switch
        {
            DnsStatus.Records => string.Join(", ", Answers),
            DnsStatus.NoData => "no data",
            DnsStatus.NameError => "no such name",
            DnsStatus.Failure => Failure ?? "failed",
            _ => throw new UnreachableException(),
        };
        var line = $"{Type.ToString().ToUpperInvariant()} {Name}: {answer}";
        return string.Create(line.Length, line, static (text, source) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                text[i] = char.IsControl(source[i]) ? '?' : source[i];
            }
        });
    }
}
